import { type Admin, ConfigResourceTypes, type Kafka } from 'kafkajs';
import { Lifeline } from '../core/lifeline';
import { delay } from '../core/signal';
import { UnknownTopicError } from '../errors';
import type { TopicLimits } from '../core/records';
import type { EventLogAdmin, LogRecord, PartitionBounds, RecordBatch, TopicSpec } from '../port';
import { repeatedWhileSettling, toLogError } from './kafka-errors';
import type { KafkaReader } from './kafka-reader';
import { limitsIn, LIMITING_SETTINGS, topicConfig } from './topic-config';

/** Of describeConfigs: set on the topic itself, not inherited. */
const SET_ON_TOPIC = 1;
/** Limits of topics are looked up again after this time, in ms. */
const KEEP_MS = 30_000;
/** How often and after what time it looks whether a changed setting is known. */
const SETTLING_ATTEMPTS = 40;
const SETTLING_PAUSE_MS = 50;

/** What appending to a topic of Kafka has to keep to. */
export interface KafkaTopicLimits extends TopicLimits {
  /** Of a batch. */
  maxMessageBytes: number;
}

type SetLimits = Omit<KafkaTopicLimits, 'name' | 'partitions'>;
type DescribedSetting = { configName: string; configValue: string; configSource: number; readOnly: boolean };

/** Topics, bounds and single reads of Kafka. */
export class KafkaAdmin implements EventLogAdmin {
  private readonly connection: Lifeline<Admin>;
  private readonly limits = new Map<string, { limits: SetLimits; untilMs: number }>();

  constructor(
    kafka: Kafka,
    private readonly reader: KafkaReader,
  ) {
    this.connection = new Lifeline(
      async () => {
        const admin = kafka.admin();
        await admin.connect();
        return admin;
      },
      (admin) => admin.disconnect(),
    );
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<{ created: string[]; changed: string[] }> {
    const outcome: { created: string[]; changed: string[] } = { created: [], changed: [] };
    for (const spec of specs) {
      const done = await this.use((admin) => this.ensureTopic(admin, spec));
      if (done !== 'kept') outcome[done].push(spec.name);
    }
    this.limits.clear();
    return outcome;
  }

  partitionCount(topic: string): Promise<number | null> {
    return this.reader.partitionCount(topic);
  }

  bounds(topic: string): Promise<PartitionBounds[]> {
    return this.reader.bounds(topic);
  }

  offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number> {
    return this.reader.offsetForTime(topic, partition, timestampMs);
  }

  async committedOffsets(groupId: string, topic: string): Promise<{ partition: number; nextOffset: number | null }[]> {
    const count = await this.reader.partitionCount(topic);
    if (count === null) throw new UnknownTopicError(`There is no topic ${topic}`);
    const [answer] = await this.use((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    return Array.from({ length: count }, (_, partition) => {
      const offset = Number(answer?.partitions.find((candidate) => candidate.partition === partition)?.offset ?? -1);
      return { partition, nextOffset: offset < 0 ? null : offset };
    });
  }

  read(topic: string, partition: number, fromOffset: number, limit: number): Promise<RecordBatch> {
    return this.reader.read(topic, partition, fromOffset, limit);
  }

  readLast(topic: string, partition: number): Promise<LogRecord | null> {
    return this.reader.readLast(topic, partition);
  }

  ping(): Promise<void> {
    return this.reader.ping();
  }

  close(): Promise<void> {
    return this.connection.drop();
  }

  /** What appending to a topic has to keep to. @throws UnknownTopicError */
  async topicLimits(topic: string): Promise<KafkaTopicLimits> {
    const partitions = await this.reader.lastPartitionCount(topic);
    if (partitions === null) throw new UnknownTopicError(`There is no topic ${topic}`);
    return { name: topic, partitions, ...(await this.setLimits(topic)) };
  }

  private async setLimits(topic: string): Promise<SetLimits> {
    const kept = this.limits.get(topic);
    if (kept && kept.untilMs > performance.now()) return kept.limits;
    const limits = limitsIn(settingsIn(await this.use((admin) => describe(admin, topic, LIMITING_SETTINGS))));
    this.limits.set(topic, { limits, untilMs: performance.now() + KEEP_MS });
    return limits;
  }

  private async ensureTopic(admin: Admin, spec: TopicSpec): Promise<'created' | 'changed' | 'kept'> {
    const config = topicConfig(spec);
    if ((await this.reader.partitionCount(spec.name)) === null) {
      const created = await admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: spec.name,
            numPartitions: spec.partitions,
            replicationFactor: spec.replicationFactor,
            configEntries: toEntries(config),
          },
        ],
      });
      if (created) {
        // Asks for the leaders. The client's own wait for them fails when another broker than the controller answers first.
        await repeatedWhileSettling(() => admin.fetchTopicMetadata({ topics: [spec.name] }), true);
        return 'created';
      }
    }
    const entries = await describe(admin, spec.name);
    if (holds(config, settingsIn(entries))) return 'kept';
    // This call replaces all settings of the topic: what others have set on it is said again.
    const own = settingsIn(
      entries.filter(({ configSource, readOnly }) => Number(configSource) === SET_ON_TOPIC && !readOnly),
    );
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: spec.name, configEntries: toEntries({ ...own, ...config }) },
      ],
    });
    // Brokers learn of it from the controller, some ms later.
    for (let attempt = 1; attempt <= SETTLING_ATTEMPTS; attempt += 1) {
      if (holds(config, settingsIn(await describe(admin, spec.name)))) break;
      await delay(SETTLING_PAUSE_MS);
    }
    return 'changed';
  }

  private async use<T>(task: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      const connection = await this.connection.get();
      return await repeatedWhileSettling(() => task(connection));
    } catch (error) {
      await this.connection.drop();
      throw toLogError(error);
    }
  }
}

async function describe(admin: Admin, topic: string, configNames?: string[]): Promise<DescribedSetting[]> {
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [configNames ? { ...resource, configNames } : resource],
  });
  return resources[0]?.configEntries ?? [];
}

function holds(wanted: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => settings[name] === value);
}

function settingsIn(described: readonly DescribedSetting[]): Record<string, string> {
  return Object.fromEntries(described.map(({ configName, configValue }) => [configName, configValue]));
}

function toEntries(config: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
