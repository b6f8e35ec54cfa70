package orderpulse.peers.streams;

/** What an event counts for, in the five figures of the stores. */
final class EventFigures {
  private EventFigures() {}

  static boolean isCreated(String eventType) {
    return "order.created".equals(eventType);
  }

  static long orders(String eventType) {
    return isCreated(eventType) ? 1 : 0;
  }

  static long revenueCents(String eventType, long revenueCents) {
    return isCreated(eventType) ? revenueCents : 0;
  }

  /** @param flag a boolean, or its text in any case */
  static long fraud(String eventType, String flag) {
    return isCreated(eventType) && "true".equalsIgnoreCase(flag) ? 1 : 0;
  }

  static long delivered(String eventType, String delivered) {
    return reached(eventType, "order.delivered", delivered);
  }

  static long refunded(String eventType, String refunded) {
    return reached(eventType, "order.refunded", refunded);
  }

  private static long reached(String eventType, String step, String state) {
    return step.equals(eventType) || (isCreated(eventType) && "yes".equalsIgnoreCase(state)) ? 1 : 0;
  }
}
