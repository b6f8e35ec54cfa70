import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { TopicPartition } from '../core/fair-share';
import { type SerialQueue } from '../core/serial-queue';
import { settledWithin } from '../core/signal';
import { LogUnavailableError } from '../errors';
import type { ConsumerHandlers, ConsumerOptions } from '../port';
import { cutBatches } from './cut-batches';
import { KafkaAssignment } from './kafka-assignment';
import { RETRY } from './kafka-client';
import { isGroupError, toLogError } from './kafka-errors';
import { toLogRecord } from './kafka-records';

const HEARTBEAT_MS = 1_000;
const MAX_WAIT_MS = 250;
const REBALANCE_TIMEOUT_MS = 30_000;
const MIN_FETCH_BYTES = 1024 * 1024;
const CONCURRENT_PARTITIONS = 16;
/** How long a rebalance waits for a running batch and for onRevoked before the partition is handed over regardless, in ms. */
const REVOKE_PATIENCE_MS = REBALANCE_TIMEOUT_MS;
const DISCONNECT_PATIENCE_MS = 1_500;

export interface KafkaSessionOptions {
  settings: Required<ConsumerOptions>;
  handlers: ConsumerHandlers;
  /** Callbacks of a partition run one after another, across sessions too. */
  queueOf: (partition: TopicPartition) => SerialQueue;
  /** Turns what the owner wants into an offset within the partition's bounds. Retries while the log does not answer. */
  resolveStart: (
    partition: TopicPartition,
    wanted: number | 'earliest' | 'latest' | 'committed',
    isStale: () => boolean,
  ) => Promise<number | null>;
  onJoined: () => void;
  /** An error of the handlers. */
  onFailure: (error: unknown) => void;
  /** The session has ended by itself. */
  onEnded: (error: unknown) => void;
}

/**
 * One stay in a Kafka group. All partitions are paused the moment they are assigned, before anything is fetched; each is
 * read on from its own offset once its owner has named it. Every rebalance takes all partitions away and assigns anew.
 */
export class KafkaSession {
  private readonly consumer: Consumer;
  private assignments = new Map<string, KafkaAssignment>();
  private ended = false;
  private lastBeatMs = performance.now();

  constructor(
    kafka: Kafka,
    private readonly options: KafkaSessionOptions,
  ) {
    const { groupId, sessionTimeoutMs, maxBatchBytes } = options.settings;
    const fetchBytes = Math.max(maxBatchBytes, MIN_FETCH_BYTES);
    this.consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 4),
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: fetchBytes,
      maxBytes: 4 * fetchBytes,
      allowAutoTopicCreation: false,
      // A session that crashed is replaced by a new one, which leaves nothing of the old one behind.
      retry: { ...RETRY, restartOnFailure: async () => false },
    });
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = this.consumer.events;
    this.consumer.on(HEARTBEAT, () => this.noteBeat());
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.onGroupJoin(payload.memberAssignment));
    this.consumer.on(REBALANCING, () => void this.revokeAll(REVOKE_PATIENCE_MS));
    this.consumer.on(CRASH, ({ payload }) => this.end(payload.error));
  }

  /** @throws LogUnavailableError, UnknownTopicError when the group cannot be joined now */
  async start(): Promise<void> {
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: [...this.options.settings.topics], fromBeginning: true });
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => this.onFetched(payload),
      });
    } catch (error) {
      throw toLogError(error);
    }
  }

  holds(key: string): boolean {
    return this.assignments.has(key);
  }

  /** @throws LogUnavailableError; a group that has moved on is no error */
  async commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    try {
      await this.consumer.commitOffsets([{ topic, partition, offset: String(nextOffset) }]);
    } catch (error) {
      if (!isGroupError(error)) throw toLogError(error);
    }
  }

  /** Revokes every partition, waiting for each running batch and onRevoked no longer than `patienceMs`, and leaves. */
  async stop(patienceMs: number): Promise<void> {
    this.ended = true;
    await this.revokeAll(patienceMs);
    await settledWithin(this.consumer.disconnect(), DISCONNECT_PATIENCE_MS);
  }

  private noteBeat(): void {
    this.lastBeatMs = performance.now();
  }

  /** A process that was held up for longer than the session lasts has lost its partitions, whether it knows or not. */
  private isLost(): boolean {
    return performance.now() - this.lastBeatMs > this.options.settings.sessionTimeoutMs;
  }

  private end(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.markStale();
    this.options.onEnded(toLogError(error));
  }

  private markStale(): void {
    for (const assignment of this.assignments.values()) assignment.markStale();
  }

  private async revokeAll(patienceMs: number): Promise<void> {
    const { queueOf, onFailure } = this.options;
    const leaving = [...this.assignments.values()];
    this.markStale();
    await Promise.all(
      leaving.map((assignment) =>
        // Out of the queue's order on purpose when onAssigned hangs: a stop has its time limit.
        settledWithin(
          queueOf(assignment.partition).run(() => assignment.revoke(patienceMs, onFailure)),
          2 * patienceMs,
        ),
      ),
    );
    for (const assignment of leaving) {
      if (this.assignments.get(assignment.key) === assignment) this.assignments.delete(assignment.key);
    }
  }

  /** Runs synchronously up to the pause, which therefore comes before the first fetch. */
  private onGroupJoin(memberAssignment: Record<string, number[]>): void {
    this.noteBeat();
    void this.revokeAll(REVOKE_PATIENCE_MS);
    this.assignments = new Map();
    if (this.ended) return;
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      this.consumer.pause([{ topic, partitions }]);
      for (const partition of partitions) {
        const assignment = new KafkaAssignment({ topic, partition }, this.options.handlers, () => this.isLost());
        this.assignments.set(assignment.key, assignment);
        void this.options.queueOf(assignment.partition).run(() => this.assign(assignment));
      }
    }
    this.options.onJoined();
  }

  private async assign(assignment: KafkaAssignment): Promise<void> {
    const { topic, partition } = assignment.partition;
    try {
      const wanted = await assignment.assign();
      if (wanted === null) return;
      const start = await this.options.resolveStart(assignment.partition, wanted, () => assignment.isStale());
      if (start === null || assignment.isStale()) return;
      assignment.begin(start);
      this.consumer.seek({ topic, partition, offset: String(start) });
      this.consumer.resume([{ topic, partitions: [partition] }]);
    } catch (error) {
      assignment.markStale();
      this.options.onFailure(error);
    }
  }

  private async onFetched({ batch, resolveOffset, heartbeat, pause }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const assignment = this.assignments.get(`${topic}/${partition}`);
    const endOffset = Number(batch.highWatermark);
    const records = batch.messages.map((message) => toLogRecord(topic, partition, message));
    const fresh = assignment?.accept(records, endOffset);
    if (!assignment || !fresh) {
      // What nobody takes any more is not fetched again and again; the next assignment resumes.
      if (!assignment || assignment.isStale()) pause();
      else resolveOffset(batch.lastOffset());
      return;
    }
    const beat = (): Promise<void> => this.beat(heartbeat);
    const timer = setInterval(() => void beat(), HEARTBEAT_MS);
    try {
      for (const part of cutBatches(fresh, Number(batch.lastOffset()) + 1, endOffset, this.options.settings)) {
        if (assignment.isStale() || !(await assignment.handle(part, beat))) return;
        resolveOffset(String(part.nextOffset - 1));
        await beat();
      }
    } catch (error) {
      // The client would repeat the batch; an error of the owner ends consumption instead.
      assignment.markStale();
      this.options.onFailure(error);
    } finally {
      clearInterval(timer);
    }
  }

  /** A heartbeat that finds the group gone on marks every partition stale; the client joins again after the batch. */
  private async beat(heartbeat: () => Promise<void>): Promise<void> {
    try {
      await heartbeat();
    } catch (error) {
      if (isGroupError(error)) this.markStale();
      else if (!(toLogError(error) instanceof LogUnavailableError)) this.end(error);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
