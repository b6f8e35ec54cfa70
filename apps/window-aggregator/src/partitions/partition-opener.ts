import { Inject, Injectable } from '@nestjs/common';
import {
  EVENT_LOG,
  UnknownTopicError,
  type EventLog,
  type EventLogAdmin,
  type EventLogProducer,
  type PartitionBounds,
} from '@orderpulse/event-log';
import { CONFIG } from '@orderpulse/service-kit';
import { StoreDirectory, type OpenedStore } from '@orderpulse/state-store';
import { PartitionWindows, type PartitionWindowsOptions } from '@orderpulse/windowing';
import { Clock } from '../clock';
import type { AggregatorConfig } from '../config';
import { Alarms } from './alarms';
import { PartitionWorker } from './partition-worker';
import { RejectedRecords } from './rejected-records';
import { WINDOWS } from './windows';

/** Opens the store of a partition and decides where to go on reading. */
@Injectable()
export class PartitionOpener {
  private readonly producer: EventLogProducer;
  private readonly admin: EventLogAdmin;

  constructor(
    @Inject(CONFIG) private readonly config: AggregatorConfig,
    @Inject(EVENT_LOG) eventLog: EventLog,
    private readonly stores: StoreDirectory,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
  ) {
    this.producer = eventLog.producer();
    this.admin = eventLog.admin();
  }

  /**
   * A worker for a partition, in step with its store and with the log:
   * - a store that fails its audit, or that has read further than the log goes, is moved aside and built anew;
   * - offsets that the log has dropped before they were read become an explicit gap.
   * @throws EventLogError, StateStoreError; nothing stays open then
   */
  async open(topic: string, partition: number): Promise<PartitionWorker> {
    const bounds = await this.boundsOf(topic, partition);
    let opened = await this.stores.open(topic, partition);
    try {
      if (opened.stored && opened.stored.nextOffset > bounds.end) {
        const reason = `the store has read up to offset ${opened.stored.nextOffset}, but the log ends at ${bounds.end}: it is another log`;
        await opened.store.close();
        opened = await this.stores.replace(topic, partition, reason);
      }
      const worker = this.workerFor(topic, partition, opened, bounds);
      await worker.synchroniseRejected();
      return worker;
    } catch (error) {
      await opened.store.close();
      throw error;
    }
  }

  /** Brings a worker that has been in memory all along in line with the log again. @throws EventLogError, LogReplacedError */
  async resume(worker: PartitionWorker, topic: string): Promise<void> {
    const bounds = await this.boundsOf(topic, worker.partition);
    if (worker.nextOffset > bounds.end)
      throw new LogReplacedError(topic, worker.partition, worker.nextOffset, bounds.end);
    this.closeGap(topic, worker, bounds.earliest);
    await worker.synchroniseRejected();
  }

  /** Notes a gap when the log begins above the worker's next offset. */
  closeGap(topic: string, worker: PartitionWorker, earliest: number): void {
    if (earliest <= worker.nextOffset) return;
    const from = worker.nextOffset;
    worker.skipTo(earliest);
    this.alarms.raise(
      `${topic}-${worker.partition}: offsets ${from} to ${earliest - 1} were gone from the log before they were read`,
    );
  }

  /** First and end offset of a partition. @throws EventLogError */
  async boundsOf(topic: string, partition: number): Promise<PartitionBounds> {
    const bounds = (await this.admin.bounds(topic)).find((each) => each.partition === partition);
    if (!bounds) throw new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
    return bounds;
  }

  private workerFor(topic: string, partition: number, opened: OpenedStore, bounds: PartitionBounds): PartitionWorker {
    const { store, stored, movedAside } = opened;
    if (movedAside) {
      this.alarms.raise(
        `${topic}-${partition}: ${movedAside.reason}; store moved to ${movedAside.path}, rebuilding from offset ${bounds.earliest}`,
      );
    }
    const options = this.windowsOptions();
    const worker = new PartitionWorker({
      topic,
      partition,
      store,
      windows: stored ? PartitionWindows.restore(options, stored.snapshot) : new PartitionWindows(options),
      rejected: new RejectedRecords(partition, this.producer, this.admin, () => this.clock.now()),
      position: stored ?? { startOffset: bounds.earliest, nextOffset: bounds.earliest, gap: 0 },
      now: () => this.clock.now(),
    });
    if (stored) worker.resumedFrom(stored.savedAtMs);
    this.closeGap(topic, worker, bounds.earliest);
    return worker;
  }

  private windowsOptions(): PartitionWindowsOptions {
    return {
      windows: WINDOWS,
      deduplicate: this.config.DEDUPLICATION,
      deduplication: { horizonMs: this.config.DEDUPLICATION_HORIZON_MS, bucketMs: 60_000 },
    };
  }
}

/** The topic is not the one that was read: it ends below what was read from it. The process has to start over. */
export class LogReplacedError extends Error {
  readonly code = 'LOG_REPLACED';
  readonly retriable = false;

  constructor(topic: string, partition: number, nextOffset: number, end: number) {
    super(
      `${topic}-${partition} ends at offset ${end}, but ${nextOffset} is next: the topic was deleted and made again`,
    );
    this.name = 'LogReplacedError';
  }
}
