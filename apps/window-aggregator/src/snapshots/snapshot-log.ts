import { Inject, Injectable } from '@nestjs/common';
import { SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, type EventLog, type ExclusiveProducer } from '@orderpulse/event-log';
import { Clock, messageOf } from '@orderpulse/service-kit';
import { fullOperations, StoreDamagedError, type BatchOperation, type StoredPartition } from '@orderpulse/state-store';
import type { PartitionReplica } from './partition-replica';
import { SnapshotFollower } from './snapshot-follower';
import { toSnapshotRecords } from './snapshot-records';

/** What stood on the snapshot topic when a partition was claimed: a state, nothing, or something that does not add up. */
export interface Published {
  readonly stored?: StoredPartition | undefined;
  readonly damage?: string;
}

/** The owner's hand on the snapshots of one partition. Its records are seen whole or not at all, and not once it is fenced. */
export class SnapshotWriter {
  constructor(
    readonly partition: number,
    /** For everything else that only the owner may append. */
    readonly producer: ExclusiveProducer,
    readonly published: Published,
    private readonly replica: PartitionReplica,
    private readonly clock: Clock,
  ) {}

  /** The identity of the snapshot topic that was read when the partition was claimed. */
  get topicId(): string {
    return this.replica.snapshotTopicId;
  }

  /** Publishes one checkpoint. @throws FencedError, LogUnavailableError */
  async append(operations: readonly BatchOperation[]): Promise<void> {
    const records = toSnapshotRecords(operations, this.partition, this.clock.now());
    await this.producer.append(SNAPSHOT_TOPIC, records);
  }

  /** Publishes a whole state in place of what was published when the partition was claimed. @throws as append */
  async replaceAll(stored: StoredPartition | undefined): Promise<void> {
    const operations = stored ? fullOperations(stored) : [];
    const deletions = this.replica.deletionsBeside(operations);
    if (deletions.length + operations.length > 0) await this.append([...deletions, ...operations]);
  }

  async close(): Promise<void> {
    await this.producer.close();
  }
}

/** The snapshot topic: every partition's checkpoints, published by its one owner. */
@Injectable()
export class SnapshotLog {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: EventLog,
    private readonly follower: SnapshotFollower,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes this instance the only one that can publish the partition's snapshots, and reads all that its former owners have
   * published. @throws EventLogError
   */
  async claim(partition: number): Promise<SnapshotWriter> {
    const producer = await this.eventLog.exclusiveProducer(`${SNAPSHOT_TOPIC}-${partition}`);
    try {
      const replica = await this.follower.readToEnd(partition);
      return new SnapshotWriter(partition, producer, publishedIn(replica), replica, this.clock);
    } catch (error) {
      await producer.close();
      throw error;
    }
  }
}

function publishedIn(replica: PartitionReplica): Published {
  try {
    return { stored: replica.stored() };
  } catch (error) {
    if (error instanceof StoreDamagedError) return { damage: messageOf(error) };
    throw error;
  }
}
