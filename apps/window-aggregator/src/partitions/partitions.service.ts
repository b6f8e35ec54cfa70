import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { FencedError, patiently, type BatchContext, type RecordBatch } from '@orderpulse/event-log';
import { CONFIG, messageOf } from '@orderpulse/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregatorConfig } from '../config';
import { SnapshotFollower } from '../snapshots/snapshot-follower';
import { Checkpointer } from './checkpointer';
import { isRetriable } from './error-facts';
import { FatalErrors } from './fatal-errors';
import { LogReplacedError } from './log-replaced-error';
import { PartitionOpener } from './partition-opener';
import type { PartitionWorker } from './partition-worker';

/** How long a partition that goes waits for its last checkpoint, in ms. What it does not save is read again. */
const LAST_CHECKPOINT_MS = 1_000;
/** How long a fenced instance waits for the group to say what the fence already has, in ms. */
const FENCED_PATIENCE_MS = 15_000;

/** A partition that this instance reads or has read. */
export interface HeldPartition {
  readonly worker: PartitionWorker;
  readonly checkpointer: Checkpointer;
  /** Stopped: revoked, fenced, or the log is gone. What was read stays in memory and answers queries until others know more. */
  state: 'running' | 'stopped';
}

/** What the partitions need of the group that deals them out. */
export interface GroupMembership {
  /** Writes the group's offset, a hint for lag displays. */
  commit(topic: string, partition: number, nextOffset: number): Promise<void>;
  /** True while the group counts this instance as alive. */
  isMember(): boolean;
}

/** Folding on would leave records out: the process starts over from its last checkpoint instead. */
export class MissedRecordsError extends Error {
  readonly code = 'MISSED_RECORDS';
  readonly retriable = false;

  constructor({ topic, partition, fromOffset }: RecordBatch, nextOffset: number) {
    super(`${topic}-${partition}: a batch begins at offset ${fromOffset}, but ${nextOffset} is next`);
    this.name = 'MissedRecordsError';
  }
}

const NO_MEMBER: GroupMembership = { commit: () => Promise.resolve(), isMember: () => false };

/** The partitions that this instance owns: what becomes of assignments, revocations and batches. */
@Injectable()
export class PartitionsService implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('partitions');
  private readonly held = new Map<number, HeldPartition>();
  private readonly starting = new Map<number, string>();
  private membership = NO_MEMBER;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: AggregatorConfig,
    private readonly opener: PartitionOpener,
    private readonly follower: SnapshotFollower,
    private readonly fatal: FatalErrors,
  ) {}

  /** Tells who deals the partitions out, once there is a consumer. */
  joinedAs(membership: GroupMembership): void {
    this.membership = membership;
  }

  /** True while the group counts this instance as alive. */
  get isMember(): boolean {
    return this.membership.isMember();
  }

  /** Held partitions in order. */
  all(): HeldPartition[] {
    return [...this.held.values()].sort((a, b) => a.worker.partition - b.worker.partition);
  }

  get(partition: number): HeldPartition | undefined {
    return this.held.get(partition);
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

  /** Follows every partition of the topic that is not owned here. */
  followOthers(partitions: readonly number[]): void {
    for (const partition of partitions) {
      if (this.held.get(partition)?.state !== 'running') this.follower.follow(partition);
    }
  }

  /**
   * Opens the partition, trying again while the log or the file system does not answer, and says where to read on. When
   * the process is stopping meanwhile nothing will be read, and any answer does.
   * @throws LogReplacedError when the partition was held before and its topic is another one now; whatever else is no matter of
   * trying again
   */
  async onAssigned(topic: string, partition: number): Promise<number | 'committed'> {
    this.starting.set(partition, 'opening');
    const held = await patiently(() => this.hold(topic, partition), {
      isOver: () => this.stopped,
      // Another instance that was assigned the partition later may fence this one: the group will say so, too.
      mayPass: (error) => isRetriable(error) || error instanceof FencedError,
      onFailure: (error) => this.starting.set(partition, messageOf(error)),
    });
    if (!held) return 'committed';
    const { nextOffset } = held.worker;
    this.starting.delete(partition);
    this.logger.log(`${topic}-${partition} runs from offset ${nextOffset}`);
    return nextOffset;
  }

  /** Writes a last checkpoint if that goes quickly, and gives the partition up. Its state stays for queries. */
  async onRevoked(topic: string, partition: number): Promise<void> {
    this.starting.delete(partition);
    const held = this.held.get(partition);
    if (!held) return;
    if (held.state === 'running') await Promise.race([held.checkpointer.run(), delay(LAST_CHECKPOINT_MS)]);
    await this.close(held);
    this.follower.follow(partition);
    this.logger.log(`${topic}-${partition} stopped at offset ${held.worker.nextOffset}`);
  }

  /**
   * Folds a batch. Waits first while checkpoints fail, or while the log does not say what it has dropped.
   * @throws LogReplacedError for one of another topic than was opened; MissedRecordsError for one behind records that are on the
   * log and were not handed over; whatever else is no matter of trying again
   */
  async onBatch(batch: RecordBatch, context: BatchContext): Promise<void> {
    const held = this.held.get(batch.partition);
    if (!held) throw new Error(`a batch of ${batch.topic}-${batch.partition}, which is not assigned`);
    const { worker, checkpointer } = held;
    // Brokers may differ for a moment in what they know: what the opener saw need not be what is read.
    if (batch.topicId !== worker.topicId) throw LogReplacedError.madeAgain(batch.topic, worker, batch);
    const isOver = () => context.isStale() || held.state === 'stopped';
    await checkpointer.healthy(isOver);
    if (isOver()) return;
    const first = batch.records[0]?.offset ?? batch.nextOffset;
    // Control records leave holes too; only what lies below the log's start is a loss.
    if (first > worker.nextOffset) {
      const bounds = await patiently(() => this.opener.boundsOf(batch.topic, batch.partition), { isOver });
      if (!bounds || isOver()) return;
      if (bounds.topicId !== worker.topicId) throw LogReplacedError.madeAgain(batch.topic, worker, bounds);
      this.opener.closeGap(batch.topic, worker, Math.min(first, bounds.earliest));
    }
    if (batch.fromOffset > worker.nextOffset) throw new MissedRecordsError(batch, worker.nextOffset);
    await worker.fold(batch, context);
    if (worker.isDirty) checkpointer.schedule();
  }

  /** Comes before the consumer stops: it need not wait for a partition that cannot be opened. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Closes the stores; the consumer has stopped by now. */
  async onApplicationShutdown(): Promise<void> {
    for (const held of this.all()) await this.close(held);
    this.held.clear();
  }

  private async hold(topic: string, partition: number): Promise<HeldPartition> {
    const before = this.held.get(partition);
    if (before) await this.close(before);
    const bounds = await this.opener.boundsOf(topic, partition);
    if (before && before.worker.topicId !== bounds.topicId)
      throw LogReplacedError.madeAgain(topic, before.worker, bounds);
    const worker = await this.opener.open(topic, bounds);
    const checkpointer = new Checkpointer(worker, {
      intervalMs: this.config.CHECKPOINT_INTERVAL_MS,
      onStored: (nextOffset) => this.hint(topic, partition, nextOffset),
      onFatal: (error) => (error instanceof FencedError ? this.fenced(held, error) : this.fatal.raise(error)),
    });
    const held: HeldPartition = { worker, checkpointer, state: 'running' };
    this.held.set(partition, held);
    this.follower.release(partition);
    if (worker.isDirty) checkpointer.schedule();
    return held;
  }

  /** Ends a partition's checkpoints and closes its store; what was read stays in memory. */
  private async close(held: HeldPartition): Promise<void> {
    held.state = 'stopped';
    // A checkpoint that waits for a log that is gone must not hold up the end: closed under it, the store refuses it.
    await Promise.race([held.checkpointer.stop(), delay(LAST_CHECKPOINT_MS)]);
    await held.worker.close();
  }

  /** Another instance has taken the partition. The group says so in a moment, or the two do not know of each other. */
  private fenced(held: HeldPartition, error: FencedError): void {
    const { partition } = held.worker;
    held.state = 'stopped';
    this.follower.follow(partition);
    this.logger.warn(`partition ${partition} was taken over: ${error.message}`);
    const timer = setTimeout(() => {
      if (this.held.get(partition) === held && !held.worker.isClosed) this.fatal.raise(error);
    }, FENCED_PATIENCE_MS);
    timer.unref();
  }

  private hint(topic: string, partition: number, nextOffset: number): void {
    this.membership.commit(topic, partition, nextOffset).catch((error: unknown) => {
      // The store's own offset is what counts; the next checkpoint commits again.
      this.logger.debug(`offset ${nextOffset} of ${topic}-${partition} not committed: ${messageOf(error)}`);
    });
  }
}
