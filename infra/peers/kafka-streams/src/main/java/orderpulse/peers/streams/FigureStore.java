package orderpulse.peers.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.ToLongFunction;

/** The five window stores of the original pipeline, each with what a whole order adds to it. */
enum FigureStore {
  ORDERS("OrdersCountStore", order -> EventFigures.orders(typeOf(order))),
  REVENUE("RevenueStore", order -> EventFigures.revenueCents(typeOf(order), order.path("revenue_cents").asLong())),
  FRAUD("FraudCountStore", order -> EventFigures.fraud(typeOf(order), order.path("fraud_flag").asText())),
  DELIVERED("DeliveredCountStore", order -> EventFigures.delivered(typeOf(order), order.path("delivered").asText())),
  REFUNDED("RefundedCountStore", order -> EventFigures.refunded(typeOf(order), order.path("refunded").asText()));

  final String storeName;
  private final ToLongFunction<JsonNode> amount;

  FigureStore(String storeName, ToLongFunction<JsonNode> amount) {
    this.storeName = storeName;
    this.amount = amount;
  }

  long of(JsonNode order) {
    return amount.applyAsLong(order);
  }

  private static String typeOf(JsonNode order) {
    return order.path("event_type").asText();
  }
}
