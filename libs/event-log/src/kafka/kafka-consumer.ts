import type { ISocketFactory, Kafka } from 'kafkajs';
import { type ConsumerSettings, consumerSettings } from '../core/consumer-settings';
import { describeError, Failure } from '../core/failure';
import { partitionKey, type TopicPartition } from '../core/fair-share';
import { isRetriable, patiently } from '../core/patiently';
import { SerialQueue } from '../core/serial-queue';
import { settledWithin, Signal } from '../core/signal';
import { startOffset } from '../core/start-offset';
import { UnknownTopicError } from '../errors';
import type { ConsumerHandlers, ConsumerOptions, EventLogConsumer, WantedStart } from '../port';
import type { KafkaAdmin } from './kafka-admin';
import type { KafkaCluster } from './kafka-cluster';
import { KafkaSession } from './kafka-session';
import type { KafkaReader } from './kafka-reader';

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 1_000;
/** How long stop() waits for running batches, and then for onRevoked, in ms: with the rest it stays within 5 s. */
const STOP_PATIENCE_MS = 1_500;
const SESSION_END_PATIENCE_MS = 30_000;

/** A member of a Kafka group that joins again, over a new connection, for as long as its log comes and goes. */
export class KafkaConsumer implements EventLogConsumer {
  private readonly failure = new Failure();
  readonly failed = this.failure.promise;
  private readonly settings: ConsumerSettings;
  private readonly queues = new Map<string, SerialQueue>();
  private readonly changed = new Signal();
  private session: KafkaSession | null = null;
  private sessionEnd: { error: unknown } | null = null;
  private problem: string | null = 'not started';
  private loop: Promise<void> | null = null;
  private stopping: Promise<void> | null = null;
  private resolveJoined: () => void = () => undefined;

  /** @param connect opens a connection of its own, over such sockets */
  constructor(
    private readonly kafka: Kafka,
    private readonly connect: (sockets: ISocketFactory) => Promise<KafkaCluster>,
    private readonly reader: KafkaReader,
    private readonly admin: KafkaAdmin,
    options: ConsumerOptions,
  ) {
    this.settings = consumerSettings(options);
  }

  start(handlers: ConsumerHandlers): Promise<void> {
    if (this.loop || this.stopping) throw new Error('A consumer is started once');
    this.problem = 'joining the group';
    const joined = new Promise<void>((resolve) => {
      this.resolveJoined = resolve;
    });
    this.loop = this.run(handlers);
    return joined;
  }

  async commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    // A partition that has gone may belong to another member by now, whose commit must stand.
    if (!this.session?.holds(partitionKey({ topic, partition }))) return;
    await this.session.commit(topic, partition, nextOffset);
  }

  status(): { ok: true } | { ok: false; reason: string } {
    const reason =
      this.failure.reason ?? (this.stopping ? 'stopped' : (this.problem ?? this.session?.problem() ?? null));
    return reason === null ? { ok: true } : { ok: false, reason };
  }

  stop(): Promise<void> {
    this.stopping ??= this.finish();
    return this.stopping;
  }

  private get ended(): boolean {
    return this.stopping !== null || this.failure.failed;
  }

  private async finish(): Promise<void> {
    this.changed.raise();
    await this.session?.stop(STOP_PATIENCE_MS);
    if (this.loop) await settledWithin(this.loop, 300);
    this.resolveJoined();
  }

  private async run(handlers: ConsumerHandlers): Promise<void> {
    for (let backoffMs = FIRST_BACKOFF_MS; !this.ended; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      this.changed.clear();
      try {
        await this.checkTopics();
        if (this.ended) break;
        await this.stay(handlers);
      } catch (error) {
        this.note(error);
      }
      await this.session?.stop(this.stopping ? STOP_PATIENCE_MS : SESSION_END_PATIENCE_MS);
      this.session = null;
      if (!this.ended) await this.changed.wait(backoffMs);
    }
    this.resolveJoined();
  }

  private note(error: unknown): void {
    if (isRetriable(error)) this.problem = describeError(error);
    else this.failure.fail(error);
  }

  /** The client creates a member for topics that are not there and then fails: looks first. */
  private async checkTopics(): Promise<void> {
    const missing: string[] = [];
    for (const topic of this.settings.topics) {
      if ((await this.reader.partitionCount(topic)) === null) missing.push(topic);
    }
    if (missing.length > 0) throw new UnknownTopicError(`waiting for topic ${missing.join(', ')}`);
  }

  /** One stay in the group; returns or rejects when it has ended. */
  private async stay(handlers: ConsumerHandlers): Promise<void> {
    this.sessionEnd = null;
    const session = new KafkaSession(this.kafka, this.connect, {
      settings: this.settings,
      handlers,
      reader: this.reader,
      queueOf: (partition) => this.queueOf(partition),
      identify: ({ topic }, isStale) => patiently(() => this.reader.topicId(topic), { isOver: isStale }),
      resolveStart: (partition, wanted, isStale) =>
        patiently(() => this.findStart(partition, wanted), { isOver: isStale }),
      onJoined: () => {
        this.problem = null;
        this.resolveJoined();
      },
      onFailure: (error) => {
        this.failure.fail(error);
        this.changed.raise();
      },
      onEnded: (error) => {
        this.sessionEnd = { error };
        this.changed.raise();
      },
    });
    this.session = session;
    session.start();
    for (;;) {
      const end = this.takeSessionEnd();
      if (end) throw end.error;
      if (this.ended) return;
      await this.changed.wait(60_000);
    }
  }

  private takeSessionEnd(): { error: unknown } | null {
    const end = this.sessionEnd;
    this.sessionEnd = null;
    return end;
  }

  private queueOf(partition: TopicPartition): SerialQueue {
    const key = partitionKey(partition);
    const queue = this.queues.get(key) ?? new SerialQueue();
    this.queues.set(key, queue);
    return queue;
  }

  private async findStart({ topic, partition }: TopicPartition, wanted: WantedStart): Promise<number> {
    return startOffset(wanted, await this.reader.partitionBounds(topic, partition), async () => {
      const committed = await this.admin.committedOffsets(this.settings.groupId, topic);
      return committed.find((candidate) => candidate.partition === partition)?.nextOffset ?? null;
    });
  }
}
