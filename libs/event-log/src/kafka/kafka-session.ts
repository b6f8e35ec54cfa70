import type { Consumer, ISocketFactory, Kafka } from 'kafkajs';
import type { ConsumerSettings } from '../core/consumer-settings';
import type { TopicPartition } from '../core/fair-share';
import { type SerialQueue } from '../core/serial-queue';
import { settledWithin } from '../core/signal';
import { LogUnavailableError } from '../errors';
import type { ConsumerHandlers, WantedStart } from '../port';
import { FetchConnection } from './fetch/fetch-connection';
import { KafkaFetcher } from './fetch/kafka-fetcher';
import { PartitionFeed } from './fetch/partition-feed';
import { KafkaAssignment } from './kafka-assignment';
import { RETRY } from './kafka-client';
import type { KafkaCluster } from './kafka-cluster';
import { isGroupError, toLogError } from './kafka-errors';
import type { KafkaReader } from './kafka-reader';

const HEARTBEAT_MS = 1_000;
/** How often a member that fetches nothing looks whether a heartbeat is due. */
const MAX_WAIT_MS = 500;
/** How long the group waits for its members to join again. */
const REBALANCE_TIMEOUT_MS = 15_000;
const CONNECT_PATIENCE_MS = 10_000;
const JOIN_PATIENCE_MS = REBALANCE_TIMEOUT_MS + 5_000;
const WATCH_MS = 500;
/** Of each partition: so much is handled while the next fetch is under way, and a smaller one would not be there in time. */
const MIN_FETCH_BYTES = 2 * 1024 * 1024;
const MAX_FETCH_BYTES = 4 * 1024 * 1024;
const DISCONNECT_PATIENCE_MS = 1_500;

export interface KafkaSessionOptions {
  settings: ConsumerSettings;
  handlers: ConsumerHandlers;
  /** Who leads a partition, and where it begins and ends. */
  reader: KafkaReader;
  /** Callbacks of a partition run one after another, across sessions too. */
  queueOf: (partition: TopicPartition) => SerialQueue;
  /** The identity of the topic that there is now. Retries while the log does not answer. */
  identify: (partition: TopicPartition, isStale: () => boolean) => Promise<string | undefined>;
  /** Turns what the owner wants into an offset within the partition's bounds. Retries while the log does not answer. */
  resolveStart: (partition: TopicPartition, wanted: WantedStart, isStale: () => boolean) => Promise<number | undefined>;
  onJoined: () => void;
  /** An error of the handlers, or one of the log that trying again does not help. */
  onFailure: (error: unknown) => void;
  /** The session has ended by itself. */
  onEnded: (error: unknown) => void;
}

interface Held {
  assignment: KafkaAssignment;
  feed: PartitionFeed | null;
}

/**
 * One stay in a Kafka group. The client is the group's member and nothing else: all its partitions are paused for good, and a
 * fetcher of our own reads them, each from the offset that its owner names. Every rebalance takes all partitions away and assigns
 * anew.
 */
export class KafkaSession {
  private readonly consumer: Consumer;
  private readonly fetcher: KafkaFetcher;
  private held = new Map<string, Held>();
  private joining: Promise<void> = Promise.resolve();
  private ended = false;
  private lastBeatMs = performance.now();
  /** For how long nothing has been heard of the group, and for how long that may go on. */
  private quietMs = 0;
  private patienceMs = Number.POSITIVE_INFINITY;
  private readonly watchdog: NodeJS.Timeout;

  /** @param connect opens a connection of its own, over such sockets */
  constructor(
    kafka: Kafka,
    connect: (sockets: ISocketFactory) => Promise<KafkaCluster>,
    private readonly options: KafkaSessionOptions,
  ) {
    const { groupId, instanceId, sessionTimeoutMs, maxBatchBytes } = options.settings;
    this.consumer = kafka.consumer({
      groupId,
      ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 4),
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
      // A session that crashed is replaced by a new one, which leaves nothing of the old one behind.
      retry: { ...RETRY, restartOnFailure: async () => false },
    });
    this.fetcher = new KafkaFetcher({
      connect: (nodeId) => new FetchConnection(connect, nodeId),
      log: options.reader,
      partitionBytes: Math.min(Math.max(maxBatchBytes, MIN_FETCH_BYTES), MAX_FETCH_BYTES),
      onFailure: options.onFailure,
      onTopicGone: (error) => this.end(error),
    });
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = this.consumer.events;
    this.consumer.on(HEARTBEAT, () => this.noteBeat());
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.onGroupJoin(payload.memberAssignment));
    this.consumer.on(REBALANCING, ({ payload }) => payload.waitUntil(this.onRebalancing()));
    this.consumer.on(CRASH, ({ payload }) => this.end(payload.error));
    this.watchdog = setInterval(() => this.watch(), WATCH_MS);
  }

  /** Begins to join; that it has joined, or has not, is told by the options' callbacks. */
  start(): void {
    this.joining = this.join();
    this.joining.catch((error: unknown) => this.end(error));
  }

  holds(key: string): boolean {
    return this.held.has(key);
  }

  /** Why this member, or a partition of it, is not to be counted on; null when all is well. */
  problem(): string | null {
    if (this.isLost()) return 'The group has not been heard of for longer than a session lasts';
    const unread = [...this.held.values()].find(({ assignment, feed }) => feed === null && !assignment.isStale());
    return unread ? `${unread.assignment.key} is assigned and not read yet` : this.fetcher.problem();
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
    clearInterval(this.watchdog);
    await this.revokeAll(patienceMs);
    await settledWithin(Promise.all([this.fetcher.close(), this.leave()]), DISCONNECT_PATIENCE_MS);
  }

  /** A client told to leave while it joins would be a member all the same afterwards. */
  private async leave(): Promise<void> {
    await this.joining.catch(() => undefined);
    await this.consumer.disconnect();
  }

  private async join(): Promise<void> {
    this.expectWithin(CONNECT_PATIENCE_MS);
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.settings.topics], fromBeginning: true });
    if (this.ended) return;
    this.expectWithin(JOIN_PATIENCE_MS);
    await this.consumer.run({ autoCommit: false, eachBatch: async () => undefined });
  }

  private noteBeat(): void {
    this.lastBeatMs = performance.now();
    this.expectWithin(this.options.settings.sessionTimeoutMs);
  }

  private expectWithin(ms: number): void {
    this.quietMs = 0;
    this.patienceMs = ms;
  }

  /**
   * The client sends requests again and again on a connection whose other end is gone. Counts looks rather than time: a process
   * that was held up first hears what has come meanwhile.
   */
  private watch(): void {
    this.quietMs += WATCH_MS;
    if (this.quietMs > this.patienceMs) this.end(new LogUnavailableError('The group does not answer'));
  }

  /** A process that was held up for longer than the session lasts has lost its partitions, whether it knows or not. */
  private isLost(): boolean {
    return performance.now() - this.lastBeatMs > this.options.settings.sessionTimeoutMs;
  }

  /** A late answer of the group does not bring back what its partitions have left out: they are read anew. */
  private endIfLost(): boolean {
    const lost = this.isLost();
    if (lost) this.end(new LogUnavailableError('This member was held up for longer than a session lasts'));
    return lost;
  }

  private end(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watchdog);
    this.markStale();
    this.options.onEnded(toLogError(error));
  }

  private markStale(): void {
    for (const { assignment, feed } of this.held.values()) {
      assignment.markStale();
      if (feed) this.fetcher.remove(feed);
    }
  }

  /** The group waits for this member, and this member for its running batches: so the next owner begins after them. */
  private async onRebalancing(): Promise<void> {
    const { sessionTimeoutMs } = this.options.settings;
    this.expectWithin(sessionTimeoutMs + JOIN_PATIENCE_MS);
    // No heartbeats go out meanwhile; a member that is silent for longer is put out.
    await settledWithin(this.revokeAll(sessionTimeoutMs / 2), sessionTimeoutMs / 2);
  }

  private async revokeAll(patienceMs: number): Promise<void> {
    const { queueOf, onFailure } = this.options;
    const leaving = [...this.held.values()];
    this.markStale();
    await Promise.all(
      leaving.map(({ assignment }) =>
        // Out of the queue's order on purpose when onAssigned hangs: a stop has its time limit.
        settledWithin(
          queueOf(assignment.partition).run(() => assignment.revoke(patienceMs, onFailure)),
          2 * patienceMs,
        ),
      ),
    );
    for (const own of leaving) if (this.held.get(own.assignment.key) === own) this.held.delete(own.assignment.key);
  }

  /** Runs synchronously up to the pause, which therefore comes before the client fetches anything. */
  private onGroupJoin(memberAssignment: Record<string, number[]>): void {
    this.consumer.pause(this.options.settings.topics.map((topic) => ({ topic })));
    this.noteBeat();
    void this.revokeAll(REBALANCE_TIMEOUT_MS);
    this.held = new Map();
    if (this.ended) return;
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      for (const partition of partitions) {
        const assignment = new KafkaAssignment({ topic, partition }, this.options.handlers, () => this.endIfLost());
        const held: Held = { assignment, feed: null };
        this.held.set(assignment.key, held);
        void this.options.queueOf(assignment.partition).run(() => this.assign(held));
      }
    }
    this.options.onJoined();
  }

  private async assign(held: Held): Promise<void> {
    const { assignment } = held;
    const { settings, identify, resolveStart, onFailure } = this.options;
    const isStale = (): boolean => assignment.isStale();
    const fail = (error: unknown): void => {
      assignment.markStale();
      onFailure(error);
    };
    try {
      // Before the owner looks at the topic: of one that was made meanwhile, which the owner may not have seen, nothing is read.
      const topicId = await identify(assignment.partition, isStale);
      if (topicId === undefined) return;
      const wanted = await assignment.assign();
      if (wanted === null) return;
      const start = await resolveStart(assignment.partition, wanted, isStale);
      if (start === undefined || isStale()) return;
      held.feed = new PartitionFeed({
        partition: assignment.partition,
        topicId,
        start,
        limits: settings,
        transientRecords: settings.transientRecords,
        handle: (batch) => assignment.handle(batch),
        onFailure: fail,
      });
      this.fetcher.add(held.feed);
    } catch (error) {
      fail(error);
    }
  }
}
