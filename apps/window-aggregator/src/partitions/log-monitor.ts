import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog, type EventLogAdmin, type PartitionBounds } from '@orderpulse/event-log';
import { messageOf } from '@orderpulse/service-kit';
import { FatalErrors } from './fatal-errors';
import { LogReplacedError } from './partition-opener';
import { PartitionViews } from './partition-views';
import { PartitionsService } from './partitions.service';

const POLL_MS = 1_000;

/** Looks once a second how far the orders topic goes, for lag, for the number of partitions, and to see it being replaced. */
@Injectable()
export class LogMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('log-monitor');
  private readonly admin: EventLogAdmin;
  private bounds: readonly PartitionBounds[] | null = null;
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
    const beganMs = performance.now();
    const running = this.held.all().filter(({ state }) => state === 'running');
    const before = new Map(running.map(({ worker }) => [worker.partition, worker.nextOffset]));
    try {
      const bounds = await this.admin.bounds(ORDERS_TOPIC);
      this.bounds = bounds;
      this.partitions = Math.max(this.partitions, bounds.length);
      this.answeredMs = beganMs;
      this.held.followOthers(bounds.map(({ partition }) => partition));
      this.views.noteEnds(bounds);
      this.checkReplaced(before, bounds);
    } catch (error) {
      if (this.bounds !== null) this.logger.warn(`the log does not answer: ${messageOf(error)}`);
      this.bounds = null;
    }
  }

  private async tick(): Promise<void> {
    await this.look();
    if (this.running) this.timer = setTimeout(() => void this.tick(), POLL_MS);
  }

  /** A consumer beyond the end of its log would wait in silence for ever. Seen twice in a row, it is no race. */
  private checkReplaced(nextOffsets: ReadonlyMap<number, number>, bounds: readonly PartitionBounds[]): void {
    const beyond = bounds.filter(({ partition, end }) => (nextOffsets.get(partition) ?? 0) > end);
    const confirmed = beyond.find(({ partition }) => this.suspects.has(partition));
    this.suspects = new Set(beyond.map(({ partition }) => partition));
    if (confirmed) {
      this.fatal.raise(
        new LogReplacedError(
          ORDERS_TOPIC,
          confirmed.partition,
          nextOffsets.get(confirmed.partition) ?? 0,
          confirmed.end,
        ),
      );
    }
  }
}
