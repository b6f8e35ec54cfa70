import { EVENT_HEADERS } from '@orderpulse/contracts';
import { type EventLogAdmin, type EventLogProducer, type NewRecord, partitionForKey } from '@orderpulse/event-log';
import type { FeedEvent, FeedPage, OrderFeed } from '../feed/order-feed';
import { type Position, recoverPosition } from './recovery';

/** What the publisher works on. */
export interface PublisherOptions {
  topic: string;
  feed: OrderFeed;
  admin: EventLogAdmin;
  producer: EventLogProducer;
}

/** Which part of a step it is in, or failed in. */
export type Stage = 'topic' | 'feed' | 'append';

/** What one step did. */
export interface StepResult {
  published: number;
  /** Events that were on the topic already. */
  skipped: number;
  /** Events that the feed no longer had. */
  gap: number;
}

/** The feed ends before what is on the topic: it is another database's feed. Publishing would mix two histories. */
export class ForeignFeedError extends Error {
  readonly code = 'FOREIGN_FEED';
  readonly retriable = true;
}

interface Prefetch {
  after: number;
  page: Promise<FeedPage | Error>;
  abort: AbortController;
}

/**
 * Brings events from the feed to the topic, each exactly once and in order per order id. All it knows survives on the topic
 * itself (see recoverPosition), so it can be killed between any two statements.
 */
export class Publisher {
  private position: Position | null = null;
  private prefetched: Prefetch | null = null;
  private latest: number | null = null;
  private current: Stage = 'topic';

  constructor(private readonly options: PublisherOptions) {}

  /** Every event up to it (inclusive) is on the topic; null before the topic was read. */
  get cursor(): number | null {
    return this.position?.cursor ?? null;
  }

  /** Highest sequence number seen in the feed; null before its first answer. */
  get latestSequence(): number | null {
    return this.latest;
  }

  get stage(): Stage {
    return this.current;
  }

  /**
   * Publishes one page of the feed. When it rejects, call it again after a pause: after a failed append, of which any part
   * may be on the topic, it looks at the topic again first.
   * @param signal ends waiting for the feed, never an append
   */
  async step(signal: AbortSignal): Promise<StepResult> {
    this.current = 'topic';
    this.position ??= await recoverPosition(this.options.admin, this.options.topic);
    const { lastSequences } = this.position;
    this.current = 'feed';
    const page = await this.nextPage(this.position.cursor, signal);
    this.latest = page.latestSequence;
    const highest = Math.max(this.position.cursor, ...lastSequences);
    if (page.latestSequence < highest)
      throw new ForeignFeedError(
        `the feed ends at ${page.latestSequence}, but the topic holds events up to ${highest}`,
      );
    const gap = Math.max(0, page.earliestSequence - 1 - this.position.cursor);
    const after = this.position.cursor + gap;
    this.position = { lastSequences, cursor: after };
    const last = page.events.at(-1);
    if (!last) return { published: 0, skipped: 0, gap };
    this.prefetch(last.sequence, signal);
    this.current = 'append';
    const records = page.events.map((event) => toRecord(event, after, lastSequences.length));
    const missing = records.filter((record, index) => {
      const sequence = page.events[index]?.sequence ?? 0;
      return sequence > (lastSequences[record.partition] ?? 0);
    });
    await this.append(missing);
    this.position = { lastSequences, cursor: last.sequence };
    this.current = 'feed';
    return { published: missing.length, skipped: records.length - missing.length, gap };
  }

  /** Ends a request to the feed that is under way. */
  stop(): void {
    this.prefetched?.abort.abort();
    this.prefetched = null;
  }

  private async append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.options.producer.append(this.options.topic, records);
    } catch (error) {
      this.position = null;
      this.stop();
      throw error;
    }
  }

  private async nextPage(after: number, signal: AbortSignal): Promise<FeedPage> {
    const { prefetched } = this;
    this.prefetched = null;
    if (prefetched?.after !== after) {
      prefetched?.abort.abort();
      return this.options.feed.read(after, signal);
    }
    const page = await prefetched.page;
    if (page instanceof Error) throw page;
    return page;
  }

  /** Asks for the next page while this one is being appended. */
  private prefetch(after: number, signal: AbortSignal): void {
    const abort = new AbortController();
    const page = this.options.feed
      .read(after, AbortSignal.any([signal, abort.signal]))
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    this.prefetched = { after, page, abort };
  }
}

function toRecord(event: FeedEvent, after: number, partitions: number): NewRecord {
  return {
    partition: partitionForKey(event.orderId, partitions),
    key: event.orderId,
    value: event.value,
    timestampMs: event.eventTimeMs,
    headers: { [EVENT_HEADERS.sequence]: String(event.sequence), [EVENT_HEADERS.after]: String(after) },
  };
}
