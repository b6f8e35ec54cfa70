import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { BatchContext, RecordBatch } from '@orderpulse/event-log';
import { CONFIG, messageOf } from '@orderpulse/service-kit';
import type { PartitionWindows } from '@orderpulse/windowing';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregatorConfig } from '../config';
import { Checkpointer } from './checkpointer';
import { isRetriable } from './error-facts';
import { FatalErrors } from './fatal-errors';
import { PartitionOpener } from './partition-opener';
import type { PartitionWorker } from './partition-worker';

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

/** A partition that this instance reads or has read. */
export interface HeldPartition {
  readonly worker: PartitionWorker;
  readonly checkpointer: Checkpointer;
  /** Stopped: revoked, or the log is gone. What was read stays in memory and answers queries. */
  state: 'running' | 'stopped';
}

/** Writes the group's offset, a hint for lag displays. */
export type CommitHint = (topic: string, partition: number, nextOffset: number) => Promise<void>;

/**
 * The partitions of this instance: what becomes of assignments, revocations and batches. A partition that was revoked
 * stays in memory; when it comes back it goes on where it was.
 */
@Injectable()
export class PartitionsService implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('partitions');
  private readonly held = new Map<number, HeldPartition>();
  private readonly starting = new Map<number, string>();
  private commitHint: CommitHint = () => Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: AggregatorConfig,
    private readonly opener: PartitionOpener,
    private readonly fatal: FatalErrors,
  ) {}

  /** Where the group's offsets are committed once there is a consumer. */
  commitWith(commit: CommitHint): void {
    this.commitHint = commit;
  }

  /** Held partitions in order. */
  all(): HeldPartition[] {
    return [...this.held.values()].sort((a, b) => a.worker.partition - b.worker.partition);
  }

  /** The window state of every held partition. */
  windows(): PartitionWindows[] {
    return this.all().map(({ worker }) => worker.windows);
  }

  /** What keeps partitions from running, one sentence each; empty when nothing does. */
  problems(): string[] {
    return [
      ...Array.from(this.starting, ([partition, reason]) => `partition ${partition} is not open: ${reason}`),
      ...this.all().flatMap(({ worker, checkpointer }) =>
        checkpointer.problem === null
          ? []
          : [`partition ${worker.partition} has no checkpoint: ${checkpointer.problem}`],
      ),
    ];
  }

  /**
   * Opens the partition, trying again while the log or the file system does not answer, and says where to read on. When
   * the process is stopping meanwhile nothing will be read, and any answer does.
   * @throws whatever is no matter of trying again
   */
  async onAssigned(topic: string, partition: number): Promise<number | 'committed'> {
    this.starting.set(partition, 'opening');
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      try {
        const { worker } = await this.hold(topic, partition);
        this.starting.delete(partition);
        this.logger.log(`${topic}-${partition} runs from offset ${worker.nextOffset}`);
        return worker.nextOffset;
      } catch (error) {
        if (!isRetriable(error)) throw error;
        if (this.stopped) return 'committed';
        this.starting.set(partition, messageOf(error));
        await delay(backoffMs);
      }
    }
  }

  /** Keeps the state in memory; a last checkpoint is written unless it needs the log, which may be another's by now. */
  async onRevoked(topic: string, partition: number): Promise<void> {
    this.starting.delete(partition);
    const held = this.held.get(partition);
    if (!held || held.state === 'stopped') return;
    held.state = 'stopped';
    if (!held.worker.hasRejected) await held.checkpointer.run();
    await held.checkpointer.stop();
    this.logger.log(`${topic}-${partition} stopped at offset ${held.worker.nextOffset}`);
  }

  /** Folds a batch. Waits first while checkpoints fail. @throws whatever is no matter of trying again */
  async onBatch(batch: RecordBatch, context: BatchContext): Promise<void> {
    const held = this.held.get(batch.partition);
    if (!held) throw new Error(`a batch of ${batch.topic}-${batch.partition}, which is not assigned`);
    const { worker, checkpointer } = held;
    await checkpointer.healthy(() => context.isStale());
    if (context.isStale()) return;
    const first = batch.records[0]?.offset ?? batch.nextOffset;
    // Control records leave holes too; only what lies below the log's start is a loss.
    if (first > worker.nextOffset)
      this.opener.closeGap(
        batch.topic,
        worker,
        Math.min(first, (await this.opener.boundsOf(batch.topic, batch.partition)).earliest),
      );
    await worker.fold(batch, context);
    if (worker.isDirty) checkpointer.schedule();
  }

  /** Comes before the consumer stops: it need not wait for a partition that cannot be opened. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Closes the stores; the consumer has stopped by now. */
  async onApplicationShutdown(): Promise<void> {
    for (const { worker, checkpointer } of this.all()) {
      await checkpointer.stop();
      await worker.close();
    }
    this.held.clear();
  }

  private async hold(topic: string, partition: number): Promise<HeldPartition> {
    const before = this.held.get(partition);
    if (before) await this.opener.resume(before.worker, topic);
    const worker = before?.worker ?? (await this.opener.open(topic, partition));
    const checkpointer = new Checkpointer(worker, {
      intervalMs: this.config.CHECKPOINT_INTERVAL_MS,
      onStored: (nextOffset) => this.hint(topic, partition, nextOffset),
      onFatal: (error) => this.fatal.raise(error),
    });
    const held: HeldPartition = { worker, checkpointer, state: 'running' };
    this.held.set(partition, held);
    if (worker.isDirty) checkpointer.schedule();
    return held;
  }

  private hint(topic: string, partition: number, nextOffset: number): void {
    this.commitHint(topic, partition, nextOffset).catch((error: unknown) => {
      // The store's own offset is what counts; the next checkpoint commits again.
      this.logger.debug(`offset ${nextOffset} of ${topic}-${partition} not committed: ${messageOf(error)}`);
    });
  }
}
