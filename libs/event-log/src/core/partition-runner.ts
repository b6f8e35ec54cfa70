import type { BatchContext, ConsumerHandlers, PartitionBounds, WantedStart } from '../port';
import type { TopicPartition } from './fair-share';
import type { PartitionSource, ReadLimits } from './partition-source';
import { patiently } from './patiently';
import { Signal, settledWithin } from './signal';
import { startOffset } from './start-offset';

/** How long a reader that is at the end waits for a wake-up before it looks by itself, in ms: wake-ups are not lost, but cheap to doubt. */
const POLL_MS = 5_000;

/** The topic that is read, and the first offset. */
interface Start {
  topicId: string;
  position: number;
}

export interface PartitionRunnerOptions {
  partition: TopicPartition;
  groupId: string;
  source: PartitionSource;
  handlers: ConsumerHandlers;
  limits: ReadLimits;
  /** True when the group may have given the partition away. */
  isLost: () => boolean;
  heartbeat: () => Promise<void>;
  /** The topic was deleted and made again: nothing more is handed over of what has its name. */
  onReplaced: () => void;
  /** An error of the handlers, or one of the log that trying again does not help. */
  onFailure: (error: unknown) => void;
}

/** Reads one assigned partition and hands its batches over, one at a time, from assignment to revocation. */
export class PartitionRunner {
  private readonly appended = new Signal();
  private readonly loop: Promise<void>;
  private stale = false;
  private assigned = false;
  private revocation: Promise<void> | null = null;

  constructor(private readonly options: PartitionRunnerOptions) {
    this.loop = this.run();
  }

  /** Looks for new records soon. */
  wake(): void {
    this.appended.raise();
  }

  /** The running batch sees that it is stale; nothing more is handed over. */
  abandon(): void {
    this.stale = true;
    this.appended.raise();
  }

  /**
   * Ends reading: waits for the running batch (no longer than `patienceMs`), then calls onRevoked (for as long again at most).
   * Safe to call twice.
   */
  revoke(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.abandon();
    this.revocation ??= this.finish(patienceMs);
    return this.revocation;
  }

  private async finish(patienceMs: number): Promise<void> {
    await waitFor(this.loop, patienceMs);
    if (!this.assigned) return;
    const { handlers, partition, onFailure } = this.options;
    await waitFor(handlers.onRevoked(partition.topic, partition.partition).catch(onFailure), patienceMs);
  }

  private isStale(): boolean {
    return this.stale || this.options.isLost();
  }

  private async run(): Promise<void> {
    try {
      const start = await this.assign();
      if (start !== null) await this.consume(start);
    } catch (error) {
      this.stale = true;
      this.options.onFailure(error);
    }
  }

  /** Asks the owner where to start. Null when the partition was taken away meanwhile. */
  private async assign(): Promise<Start | null> {
    const { handlers, partition } = this.options;
    // Before the owner looks at the topic: of one that was made meanwhile, which the owner may not have seen, nothing is read.
    const topicId = await this.retrying(async () => (await this.bounds()).topicId);
    if (topicId === undefined || this.isStale()) return null;
    this.assigned = true;
    const wanted = await handlers.onAssigned(partition.topic, partition.partition);
    const position = await this.retrying(() => this.resolveStart(wanted));
    return position === undefined ? null : { topicId, position };
  }

  private bounds(): Promise<PartitionBounds> {
    const { source, partition } = this.options;
    return source.bounds(partition.topic, partition.partition);
  }

  private async resolveStart(wanted: WantedStart): Promise<number> {
    const { source, partition, groupId } = this.options;
    return startOffset(wanted, await this.bounds(), () =>
      source.committed(groupId, partition.topic, partition.partition),
    );
  }

  private async consume({ topicId, position: start }: Start): Promise<void> {
    const { source, partition, handlers, limits, onReplaced } = this.options;
    const { topic, partition: number } = partition;
    const context: BatchContext = { isStale: () => this.isStale(), heartbeat: () => this.options.heartbeat() };
    let position = start;
    while (!this.isStale()) {
      this.appended.clear();
      const batch = await this.retrying(() => source.read(topic, number, position, limits));
      if (batch === undefined || this.isStale()) return;
      if (batch.topicId !== topicId) return onReplaced();
      if (batch.nextOffset > position) {
        await handlers.onBatch(batch, context);
      } else if (!this.stale) {
        await this.appended.wait(POLL_MS);
      }
      position = batch.nextOffset;
    }
  }

  /** Repeats a read while the log does not answer; undefined when the partition was taken away meanwhile. */
  private retrying<T>(read: () => Promise<T>): Promise<T | undefined> {
    return patiently(read, {
      isOver: () => this.isStale(),
      pause: async (ms) => {
        this.appended.clear();
        if (!this.stale) await this.appended.wait(ms);
      },
    });
  }
}

async function waitFor(task: Promise<unknown>, patienceMs: number): Promise<void> {
  if (patienceMs === Number.POSITIVE_INFINITY) await task;
  else await settledWithin(task, patienceMs);
}
