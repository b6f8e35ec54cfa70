package orderpulse.peers.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads of an order no more than its figures need: a streaming parser that skips everything else. */
final class ProjectedOrder implements Deserializer<OrderFigures> {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public OrderFigures deserialize(String topic, byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      return read(parser);
    } catch (IOException error) {
      throw new SerializationException(error);
    }
  }

  private static OrderFigures read(JsonParser parser) throws IOException {
    String type = null;
    String fraudFlag = null;
    String delivered = null;
    String refunded = null;
    long revenueCents = 0;
    if (parser.nextToken() != JsonToken.START_OBJECT) throw new SerializationException("no JSON object");
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "event_type" -> type = parser.getText();
        case "revenue_cents" -> revenueCents = parser.getLongValue();
        case "fraud_flag" -> fraudFlag = parser.getText();
        case "delivered" -> delivered = parser.getText();
        case "refunded" -> refunded = parser.getText();
        default -> {
          if (value.isStructStart()) parser.skipChildren();
        }
      }
    }
    return new OrderFigures(
        EventFigures.orders(type),
        EventFigures.revenueCents(type, revenueCents),
        EventFigures.fraud(type, fraudFlag),
        EventFigures.delivered(type, delivered),
        EventFigures.refunded(type, refunded));
  }
}
