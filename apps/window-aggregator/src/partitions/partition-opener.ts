import { Inject, Injectable } from '@nestjs/common';
import { OrderFactsReader } from '@orderpulse/contracts';
import {
  EVENT_LOG,
  UnknownTopicError,
  type EventLog,
  type EventLogAdmin,
  type PartitionBounds,
} from '@orderpulse/event-log';
import { Clock, CONFIG } from '@orderpulse/service-kit';
import { StoreDirectory, type OpenedStore, type StoredPartition } from '@orderpulse/state-store';
import { PartitionWindows } from '@orderpulse/windowing';
import type { AggregatorConfig } from '../config';
import { SnapshotLog, type SnapshotWriter } from '../snapshots/snapshot-log';
import { Alarms } from './alarms';
import { PartitionWorker } from './partition-worker';
import { RejectedRecords } from './rejected-records';
import { windowsOptions } from './windows';

/** Opens a partition's state and decides where to go on reading. */
@Injectable()
export class PartitionOpener {
  private readonly admin: EventLogAdmin;

  constructor(
    @Inject(CONFIG) private readonly config: AggregatorConfig,
    @Inject(EVENT_LOG) eventLog: EventLog,
    private readonly stores: StoreDirectory,
    private readonly snapshots: SnapshotLog,
    private readonly reader: OrderFactsReader,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
  ) {
    this.admin = eventLog.admin();
  }

  /**
   * A worker for a partition, in step with its store, with the snapshot topic and with the log:
   * 1. former owners are fenced: from here on nothing they do can be seen;
   * 2. of the store on disk and the published snapshot, the one that has read further is taken, and the other made equal to
   *    it. One that fails its audit, is of another topic of the name, or has read further than the log goes, does not count; with
   *    none, reading begins at the earliest offset;
   * 3. offsets that the log has dropped before they were read become an explicit gap.
   * @param bounds of the partition, asked for just now
   * @throws EventLogError, StateStoreError; nothing stays open then
   */
  async open(topic: string, bounds: PartitionBounds): Promise<PartitionWorker> {
    const { partition } = bounds;
    const writer = await this.snapshots.claim(partition);
    try {
      const opened = await this.openStore(topic, partition, bounds);
      try {
        const stored = await this.reconcile(topic, partition, opened, writer, bounds);
        const worker = this.workerFor(topic, partition, opened, stored, writer, bounds);
        await worker.synchroniseRejected();
        return worker;
      } catch (error) {
        await opened.store.close();
        throw error;
      }
    } catch (error) {
      await writer.close();
      throw error;
    }
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

  /** The store on disk; one that cannot be trusted or is of another log is moved aside. */
  private async openStore(topic: string, partition: number, bounds: PartitionBounds): Promise<OpenedStore> {
    const opened = await this.stores.open(topic, partition);
    const reason = opened.stored && otherLog('the store', opened.stored, bounds);
    if (reason === undefined) return opened;
    await opened.store.close();
    return this.stores.replace(topic, partition, reason);
  }

  /** Makes store and snapshot one, and returns the state to go on from; undefined when there is none. */
  private async reconcile(
    topic: string,
    partition: number,
    { store, stored, movedAside }: OpenedStore,
    writer: SnapshotWriter,
    bounds: PartitionBounds,
  ): Promise<StoredPartition | undefined> {
    const published = this.usable(topic, partition, writer, bounds);
    const restored = published && published.nextOffset > (stored?.nextOffset ?? -1) ? published : undefined;
    const chosen = restored ?? stored;
    if (movedAside) {
      const from = chosen ? `from the snapshot at offset ${chosen.nextOffset}` : `from offset ${bounds.earliest}`;
      this.alarms.raise(
        `${topic}-${partition}: ${movedAside.reason}; store moved to ${movedAside.path}, rebuilding ${from}`,
      );
    }
    if (restored) {
      await store.replaceWith(restored);
    } else if (!isSameCheckpoint(published, stored) || isUnusable(published, writer)) {
      // Both written whole hold the same keys, so that what one checkpoint deletes is deleted in both.
      await writer.replaceAll(stored);
      if (stored) await store.replaceWith(stored);
    }
    return chosen;
  }

  /** What was published, unless it does not add up or is of another log. */
  private usable(
    topic: string,
    partition: number,
    writer: SnapshotWriter,
    bounds: PartitionBounds,
  ): StoredPartition | undefined {
    const { stored, damage } = writer.published;
    const reason = damage ?? (stored && otherLog('it', stored, bounds));
    if (reason === undefined) return stored;
    this.alarms.raise(`the snapshot of ${topic}-${partition} is not used: ${reason}`);
    return undefined;
  }

  private workerFor(
    topic: string,
    partition: number,
    { store }: OpenedStore,
    stored: StoredPartition | undefined,
    writer: SnapshotWriter,
    bounds: PartitionBounds,
  ): PartitionWorker {
    const options = windowsOptions(this.config);
    const { topicId, earliest } = bounds;
    const worker = new PartitionWorker({
      topic,
      partition,
      store,
      snapshots: writer,
      reader: this.reader,
      windows: stored ? PartitionWindows.restore(options, stored.snapshot) : new PartitionWindows(options),
      rejected: new RejectedRecords({ partition, topicId }, writer.producer, this.admin, () => this.clock.now()),
      position: stored ?? { topicId, startOffset: earliest, nextOffset: earliest, gap: 0 },
      now: () => this.clock.now(),
    });
    if (stored) worker.resumedFrom(stored.savedAtMs);
    this.closeGap(topic, worker, earliest);
    return worker;
  }
}

/** A number alone says little: who has rebuilt a partition begins at 1 again. */
function isSameCheckpoint(published: StoredPartition | undefined, stored: StoredPartition | undefined): boolean {
  return (
    published?.sequence === stored?.sequence &&
    published?.nextOffset === stored?.nextOffset &&
    published?.savedAtMs === stored?.savedAtMs
  );
}

/** Something was published that is not to be gone on from: it must not stay among what will be published. */
function isUnusable(usable: StoredPartition | undefined, { published }: SnapshotWriter): boolean {
  return usable === undefined && (published.damage !== undefined || published.stored !== undefined);
}

/** Why a state is not of the log that there is; undefined when it is. */
function otherLog(
  what: string,
  { topicId, nextOffset }: StoredPartition,
  { topicId: current, end }: PartitionBounds,
): string | undefined {
  if (topicId !== current)
    return `${what} is of topic ${topicId}, which was deleted and made again as ${current}: it is another log`;
  if (nextOffset > end)
    return `${what} has read up to offset ${nextOffset}, but the log ends at ${end}: it is another log`;
  return undefined;
}
