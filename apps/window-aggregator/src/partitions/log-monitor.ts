import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog, type EventLogAdmin, type PartitionBounds } from '@orderpulse/event-log';
import { messageOf } from '@orderpulse/service-kit';
import { SnapshotsReplacedError } from '../snapshots/snapshots-replaced-error';
import { FatalErrors } from './fatal-errors';
import { LogReplacedError } from './log-replaced-error';
import { PartitionViews } from './partition-views';
import type { PartitionWorker } from './partition-worker';
import { PartitionsService } from './partitions.service';

const POLL_MS = 1_000;

/** How far a partition had been read when the log was asked. */
interface ReadBefore {
  readonly worker: PartitionWorker;
  readonly nextOffset: number;
}

/**
 * Looks once a second how far the orders topic goes, for lag, for the number of partitions, and to see it being replaced; and whether the
 * snapshot topic is the one that the partitions owned here are published on.
 */
@Injectable()
export class LogMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('log-monitor');
  private readonly admin: EventLogAdmin;
  private bounds: readonly PartitionBounds[] | null = null;
  private topicId: string | null = null;
  private partitions = 0;
  private suspects = new Set<number>();
  private answeredMs = 0;
  private timer: NodeJS.Timeout | null = null;
  private running = false;

  constructor(
    @Inject(EVENT_LOG) eventLog: EventLog,
    private readonly held: PartitionsService,
    private readonly views: PartitionViews,
    private readonly fatal: FatalErrors,
  ) {
    this.admin = eventLog.admin();
  }

  onApplicationBootstrap(): void {
    this.running = true;
    void this.tick();
  }

  onModuleDestroy(): void {
    this.running = false;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Partitions of the topic as last seen; 0 before the topic has been seen. */
  get partitionCount(): number {
    return this.partitions;
  }

  /** End offset (exclusive) of a partition; null while the log does not answer. */
  endOf(partition: number): number | null {
    return this.bounds?.find((each) => each.partition === partition)?.end ?? null;
  }

  /** Monotonic ms (performance.now()) at which the last look that was answered began; 0 before the first. */
  get answeredAtMs(): number {
    return this.answeredMs;
  }

  /** Looks now. Never rejects: without an answer the ends are unknown. */
  async look(): Promise<void> {
    await Promise.all([this.lookAtOrders(), this.lookAtSnapshots()]);
  }

  private async lookAtOrders(): Promise<void> {
    const beganMs = performance.now();
    // Those that were given up, too: they answer queries.
    const before = this.held.all().map(({ worker }) => ({ worker, nextOffset: worker.nextOffset }));
    try {
      const bounds = await this.admin.bounds(ORDERS_TOPIC);
      this.bounds = bounds;
      this.answeredMs = beganMs;
      this.notePartitions(bounds);
      this.held.followOthers(bounds.map(({ partition }) => partition));
      this.views.noteEnds(bounds);
      this.checkReplaced(before, bounds);
    } catch (error) {
      if (this.bounds !== null) this.logger.warn(`the log does not answer: ${messageOf(error)}`);
      this.bounds = null;
    }
  }

  /** Without an answer nothing is known, and the next look comes in a second. */
  private async lookAtSnapshots(): Promise<void> {
    const running = this.held.all().filter(({ state }) => state === 'running');
    const claimed = running.map(({ worker: { partition, snapshotTopicId } }) => ({ partition, snapshotTopicId }));
    try {
      const [current] = await this.admin.bounds(SNAPSHOT_TOPIC);
      const other = claimed.find(({ snapshotTopicId }) => current && snapshotTopicId !== current.topicId);
      if (current && other)
        this.fatal.raise(new SnapshotsReplacedError(other.partition, other.snapshotTopicId, current.topicId));
    } catch (error) {
      this.logger.debug(`the snapshot topic does not answer: ${messageOf(error)}`);
    }
  }

  /** Brokers differ for a moment in how many there are; but a topic that was made again may have fewer. */
  private notePartitions(bounds: readonly PartitionBounds[]): void {
    const topicId = bounds[0]?.topicId ?? null;
    this.partitions = topicId === this.topicId ? Math.max(this.partitions, bounds.length) : bounds.length;
    this.topicId = topicId;
  }

  private async tick(): Promise<void> {
    await this.look();
    if (this.running) this.timer = setTimeout(() => void this.tick(), POLL_MS);
  }

  /**
   * A topic that was made again may be longer than the one that was read: its identity tells. Within one topic a consumer beyond the
   * end would wait in silence for ever; seen twice in a row, that is no race.
   */
  private checkReplaced(before: readonly ReadBefore[], bounds: readonly PartitionBounds[]): void {
    const [topic] = bounds;
    const other = before.find(({ worker }) => topic && worker.topicId !== topic.topicId);
    if (topic && other) {
      this.fatal.raise(LogReplacedError.madeAgain(ORDERS_TOPIC, other.worker, topic));
      return;
    }
    const beyond = new Set<number>();
    for (const { worker, nextOffset } of before) {
      const current = bounds.find(({ partition }) => partition === worker.partition);
      if (!current || nextOffset <= current.end) continue;
      if (this.suspects.has(worker.partition)) {
        this.fatal.raise(LogReplacedError.cut(ORDERS_TOPIC, nextOffset, current));
        return;
      }
      beyond.add(worker.partition);
    }
    this.suspects = beyond;
  }
}
