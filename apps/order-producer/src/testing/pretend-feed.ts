import { type FeedEvent, type FeedPage, OrderFeed } from '../feed/order-feed';

/** A feed in memory, whose pages are as large as the test wants. */
export class PretendFeed extends OrderFeed {
  readonly events: FeedEvent[] = [];
  earliestSequence = 1;

  constructor(private readonly pageSize: () => number = () => 500) {
    super();
  }

  /** Adds an event of an order. */
  add(orderId: string, version: number): void {
    const sequence = this.events.length + 1;
    const value = Buffer.from(JSON.stringify({ order_id: orderId, order_version: version, sequence }));
    this.events.push({ sequence, orderId, eventTimeMs: 1_700_000_000_000 + sequence, value });
  }

  async read(after: number, _signal: AbortSignal): Promise<FeedPage> {
    const left = this.events.filter((event) => event.sequence > after && event.sequence >= this.earliestSequence);
    return {
      events: left.slice(0, this.pageSize()),
      latestSequence: this.events.length,
      earliestSequence: this.earliestSequence,
    };
  }
}
