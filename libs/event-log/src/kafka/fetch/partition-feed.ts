import { setImmediate as breathe } from 'node:timers/promises';
import { partitionKey, type TopicPartition } from '../../core/fair-share';
import type { RecordBatch } from '../../port';
import { type BatchLimits, RecordDecoder } from '../records/record-decoder';
import type { LeasedPartition } from './fetch-connection';

export interface PartitionFeedOptions {
  partition: TopicPartition;
  /** The only topic of the name that is read. */
  topicId: string;
  /** The first offset to read. */
  start: number;
  limits: BatchLimits;
  /** Whether the owner is done with a batch's records when it has handled it: their memory is used again then. */
  transientRecords: boolean;
  /** Hands a batch over; false when nothing more is to be handed over. */
  handle: (batch: RecordBatch) => Promise<boolean>;
  /** An error of the owner, or records that cannot be read. */
  onFailure: (error: unknown) => void;
}

interface Fetched {
  decoder: RecordDecoder;
  release: () => void;
}

/**
 * One partition between the broker and its owner: what was fetched is handed over batch by batch, while at most one more fetch
 * waits. Records are decoded just before they are handed over.
 */
export class PartitionFeed {
  readonly key: string;
  readonly partition: TopicPartition;
  readonly topicId: string;
  /** Why nothing comes, and since when (of performance.now); null while all is well. */
  problem: { reason: string; sinceMs: number } | null = null;
  /** Called when there is room for another fetch. */
  onRoom: () => void = () => undefined;
  private next: number;
  private waiting: Fetched | null = null;
  private handing = false;

  constructor(private readonly options: PartitionFeedOptions) {
    this.partition = options.partition;
    this.topicId = options.topicId;
    this.key = partitionKey(options.partition);
    this.next = options.start;
  }

  /** The next offset to fetch. */
  get position(): number {
    return this.next;
  }

  get isFull(): boolean {
    return this.waiting !== null;
  }

  /** Goes on at another offset; what was fetched before is handed over all the same. */
  moveTo(offset: number): void {
    this.next = offset;
  }

  /** Notes why nothing comes. */
  note(reason: string): void {
    this.problem = { reason, sinceMs: this.problem?.sinceMs ?? performance.now() };
  }

  /**
   * Takes what was fetched from its position on; not while it is full. Returns false when that is no whole batch.
   * @throws UnreadableRecordsError
   */
  offer(fetched: LeasedPartition): boolean {
    const decoder = new RecordDecoder(fetched);
    if (decoder.nextOffset === this.next) return false;
    this.next = decoder.nextOffset;
    this.waiting = { decoder, release: fetched.release };
    if (!this.handing) {
      this.handing = true;
      void this.handOver();
    }
    return true;
  }

  private async handOver(): Promise<void> {
    const { limits, transientRecords, handle, onFailure } = this.options;
    try {
      // The next fetch goes out first.
      await breathe();
      for (let fetched = this.take(); fetched !== null; fetched = this.take()) {
        const { decoder, release } = fetched;
        for (let batch = decoder.next(limits); batch !== null; batch = decoder.next(limits)) {
          // An owner that was given up may look at the records still.
          if (!(await handle(batch))) return;
          await breathe();
        }
        if (transientRecords) release();
      }
    } catch (error) {
      onFailure(error);
    } finally {
      this.handing = false;
    }
  }

  private take(): Fetched | null {
    const { waiting } = this;
    this.waiting = null;
    if (waiting !== null) this.onRoom();
    return waiting;
  }
}
