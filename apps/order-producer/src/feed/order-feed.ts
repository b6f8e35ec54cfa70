/** One event of the feed. The value is the event's JSON as it was served, byte for byte. */
export interface FeedEvent {
  sequence: number;
  orderId: string;
  /** Epoch ms. */
  eventTimeMs: number;
  value: Uint8Array;
}

/** Events in sequence order, and the feed's ends. */
export interface FeedPage {
  events: readonly FeedEvent[];
  /** Highest sequence number in the feed; 0 when there has been none. */
  latestSequence: number;
  /** Lowest sequence number still in the feed, or the next one when it is empty. */
  earliestSequence: number;
}

/** The source of events. */
export abstract class OrderFeed {
  /**
   * Reads events after a sequence number (exclusive); when there is none it may wait a while for one.
   * @param signal ends the waiting; the call rejects then
   */
  abstract read(after: number, signal: AbortSignal): Promise<FeedPage>;
}
