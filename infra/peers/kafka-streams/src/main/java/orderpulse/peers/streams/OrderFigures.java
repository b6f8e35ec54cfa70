package orderpulse.peers.streams;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The five figures of one event or of a window, in one value of 40 bytes. */
record OrderFigures(long orders, long revenueCents, long fraud, long delivered, long refunded) {
  static final OrderFigures ZERO = new OrderFigures(0, 0, 0, 0, 0);

  private static final int BYTES = 5 * Long.BYTES;

  OrderFigures plus(OrderFigures other) {
    return new OrderFigures(
        orders + other.orders,
        revenueCents + other.revenueCents,
        fraud + other.fraud,
        delivered + other.delivered,
        refunded + other.refunded);
  }

  static Serde<OrderFigures> serde() {
    return Serdes.serdeFrom((topic, figures) -> figures.write(), (topic, bytes) -> read(ByteBuffer.wrap(bytes)));
  }

  private byte[] write() {
    return ByteBuffer.allocate(BYTES)
        .putLong(orders)
        .putLong(revenueCents)
        .putLong(fraud)
        .putLong(delivered)
        .putLong(refunded)
        .array();
  }

  private static OrderFigures read(ByteBuffer bytes) {
    return new OrderFigures(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }
}
