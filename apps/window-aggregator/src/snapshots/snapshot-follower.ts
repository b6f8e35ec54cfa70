import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { EVENT_LOG, TOMBSTONE_RETENTION_MS, type EventLog, type EventLogAdmin } from '@orderpulse/event-log';
import { CONFIG, messageOf } from '@orderpulse/service-kit';
import type { AggregatorConfig } from '../config';
import { Alarms } from '../partitions/alarms';
import { windowsOptions } from '../partitions/windows';
import { PartitionReplica, type ReplicaView } from './partition-replica';

const POLL_MS = 150;
const READ_RECORDS = 5_000;

/** A partition that another instance owns, as this one sees it. */
interface Followed {
  replica: PartitionReplica;
  /** Reads of one partition come one after another. */
  reading: Promise<void>;
  /** Monotonic ms at which the replica had last been read to the end; undefined before the first time. */
  currentAtMs: number | undefined;
  problem: string | null;
}

/**
 * Keeps replicas of the partitions that this instance does not own, by reading the snapshot topic on and on, so that every
 * instance answers for all partitions and takes over where the last owner stopped.
 */
@Injectable()
export class SnapshotFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('snapshots');
  private readonly admin: EventLogAdmin;
  private readonly followed = new Map<number, Followed>();
  private timer: NodeJS.Timeout | null = null;
  private running = false;

  constructor(
    @Inject(CONFIG) private readonly config: AggregatorConfig,
    @Inject(EVENT_LOG) eventLog: EventLog,
    private readonly alarms: Alarms,
  ) {
    this.admin = eventLog.admin();
  }

  onApplicationBootstrap(): void {
    this.running = true;
    this.schedule(0);
  }

  onModuleDestroy(): void {
    this.running = false;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Begins to follow a partition, unless it is followed already. */
  follow(partition: number): void {
    if (!this.followed.has(partition)) this.followed.set(partition, this.start(partition));
    this.schedule(0);
  }

  /** Stops following a partition: its owner is here, and knows more than the topic. */
  release(partition: number): void {
    this.followed.delete(partition);
  }

  /** Followed partitions in order. */
  partitions(): number[] {
    return [...this.followed.keys()].sort((a, b) => a - b);
  }

  /** A followed partition for queries; undefined when it has not been read to its end yet, or has nothing that adds up. */
  viewOf(partition: number): ReplicaView | undefined {
    const followed = this.followed.get(partition);
    if (!followed || followed.currentAtMs === undefined) return undefined;
    try {
      return followed.replica.view();
    } catch (error) {
      this.restart(partition, error);
      return undefined;
    }
  }

  /** Monotonic ms (performance.now()) at which a replica had last been read to the end of the snapshot topic. */
  currentAtMs(partition: number): number | undefined {
    return this.followed.get(partition)?.currentAtMs;
  }

  /** The partition's replica with everything that is on the snapshot topic now. @throws EventLogError */
  async readToEnd(partition: number): Promise<PartitionReplica> {
    this.follow(partition);
    const followed = this.followed.get(partition) ?? this.start(partition);
    const turn = followed.reading.then(() => this.read(partition, followed));
    followed.reading = turn.catch(() => undefined);
    await turn;
    return followed.replica;
  }

  /** Reads on after so many ms, and then again and again while there is something to follow. */
  private schedule(delayMs: number): void {
    if (this.running && this.followed.size > 0) this.timer ??= setTimeout(() => void this.tick(), delayMs);
  }

  private async tick(): Promise<void> {
    await Promise.all(this.partitions().map((partition) => this.refresh(partition)));
    this.timer = null;
    this.schedule(POLL_MS);
  }

  private async refresh(partition: number): Promise<void> {
    const followed = this.followed.get(partition);
    if (!followed) return;
    try {
      await this.readToEnd(partition);
      followed.problem = null;
    } catch (error) {
      const problem = messageOf(error);
      if (followed.problem !== problem)
        this.logger.warn(`snapshots of partition ${partition} cannot be read: ${problem}`);
      followed.problem = problem;
    }
  }

  private async read(partition: number, followed: Followed): Promise<void> {
    const awayMs = performance.now() - (followed.currentAtMs ?? performance.now());
    // Deletions may have gone from the topic meanwhile.
    if (awayMs > TOMBSTONE_RETENTION_MS / 2) this.beginAnew(partition, followed);
    for (;;) {
      const beganMs = performance.now();
      const { replica } = followed;
      const from = replica.nextSnapshotOffset;
      const batch = await this.admin.read(SNAPSHOT_TOPIC, partition, from, READ_RECORDS);
      const isOther = replica.snapshotTopicId !== '' && replica.snapshotTopicId !== batch.topicId;
      if (isOther || batch.endOffset < from) {
        const what = isOther ? 'was made again' : 'is shorter than it was';
        this.logger.warn(`the snapshot topic of partition ${partition} ${what}: reading it anew`);
        this.beginAnew(partition, followed);
        continue;
      }
      replica.apply(batch);
      if (batch.nextOffset < batch.endOffset) continue;
      followed.currentAtMs = beganMs;
      return;
    }
  }

  /** With an empty replica, which is no view of the partition before it has been read to the end. */
  private beginAnew(partition: number, followed: Followed): void {
    followed.replica = this.replicaOf(partition);
    followed.currentAtMs = undefined;
  }

  /** A replica that does not add up is read once more from the beginning, which is what its next owner would do. */
  private restart(partition: number, error: unknown): void {
    this.alarms.raise(`snapshot of ${ORDERS_TOPIC}-${partition} is not used: ${messageOf(error)}`);
    this.followed.set(partition, this.start(partition));
  }

  private start(partition: number): Followed {
    return { replica: this.replicaOf(partition), reading: Promise.resolve(), currentAtMs: undefined, problem: null };
  }

  private replicaOf(partition: number): PartitionReplica {
    return new PartitionReplica({ topic: ORDERS_TOPIC, partition, windows: windowsOptions(this.config) });
  }
}
