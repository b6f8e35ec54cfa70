import { Signal } from '../../core/signal';
import { fetchError, UnreadableRecordsError } from '../kafka-errors';
import type { FetchConnection, LeasedPartition } from './fetch-connection';
import type { PartitionFeed } from './partition-feed';

/** Of all partitions together. */
const FETCH_BYTES = 8 * 1024 * 1024;
/** How long a broker without new records holds its answer back, in ms. */
const MAX_WAIT_MS = 500;
/** The same while some partitions have no room: those soon have some again, and would wait with the rest. */
const SHORT_WAIT_MS = 25;
const LOOK_MS = 1_000;

/** Fetches the partitions that one broker leads: the next fetch is under way while the last is being handled. */
export class BrokerFetcher {
  private readonly feeds = new Map<string, PartitionFeed>();
  private readonly changed = new Signal();
  private loop: Promise<void> | null = null;

  /**
   * @param partitionBytes of one partition in one fetch, unless a batch is larger
   * @param onGivenBack takes a partition that this broker does not serve, and why
   */
  constructor(
    private readonly connection: Pick<FetchConnection, 'fetch' | 'drop'>,
    private readonly partitionBytes: number,
    private readonly onGivenBack: (feed: PartitionFeed, error: unknown) => void,
  ) {}

  add(feed: PartitionFeed): void {
    this.feeds.set(feed.key, feed);
    feed.onRoom = () => this.changed.raise();
    this.changed.raise();
    this.loop ??= this.run();
  }

  remove(feed: PartitionFeed): void {
    if (this.feeds.get(feed.key) === feed) this.feeds.delete(feed.key);
    this.changed.raise();
  }

  /** Ends at once: a request under way is given up. */
  async close(): Promise<void> {
    this.feeds.clear();
    this.changed.raise();
    await this.connection.drop();
  }

  private async run(): Promise<void> {
    while (this.feeds.size > 0) {
      this.changed.clear();
      const asked = [...this.feeds.values()].filter((feed) => !feed.isFull);
      if (asked.length > 0) await this.fetch(asked);
      else await this.changed.wait(LOOK_MS);
    }
    this.loop = null;
    await this.connection.drop();
  }

  private async fetch(asked: readonly PartitionFeed[]): Promise<void> {
    const partitions = asked.map(({ partition, topicId, position }) => ({
      ...partition,
      topicId,
      offset: position,
      maxBytes: this.partitionBytes,
    }));
    const maxWaitMs = asked.length < this.feeds.size ? SHORT_WAIT_MS : MAX_WAIT_MS;
    let answer: LeasedPartition[];
    try {
      answer = await this.connection.fetch({ maxWaitMs, maxBytes: FETCH_BYTES, partitions });
    } catch (error) {
      for (const feed of this.feeds.values()) this.giveBack(feed, error);
      return;
    }
    for (const fetched of answer) {
      const feed = this.feeds.get(`${fetched.topic}/${fetched.partition}`);
      // It may have gone, or gone and come back, meanwhile.
      const isWanted = feed && asked.includes(feed) && feed.position === fetched.fetchOffset;
      if (!isWanted || !this.take(feed, fetched, asked.length === 1)) fetched.release();
    }
  }

  /** False when the partition has no use for what was fetched. */
  private take(feed: PartitionFeed, fetched: LeasedPartition, isAlone: boolean): boolean {
    try {
      if (fetched.errorCode !== 0) throw fetchError(fetched.errorCode);
      feed.problem = null;
      if (fetched.bytes.length === 0) return false;
      if (feed.offer(fetched)) {
        // Brokers fill an answer from the front: who got something goes to the end.
        this.feeds.delete(feed.key);
        this.feeds.set(feed.key, feed);
        return true;
      }
      if (isAlone) throw new UnreadableRecordsError(feed.partition, feed.position, 'there is no whole batch');
    } catch (error) {
      this.giveBack(feed, error);
    }
    return false;
  }

  private giveBack(feed: PartitionFeed, error: unknown): void {
    this.feeds.delete(feed.key);
    this.onGivenBack(feed, error);
  }
}
