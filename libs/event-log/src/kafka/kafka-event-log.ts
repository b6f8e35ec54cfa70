import type { ISocketFactory, Kafka } from 'kafkajs';
import { ExclusiveAppends } from '../core/exclusive-appends';
import type {
  ConsumerOptions,
  EventLog,
  EventLogAdmin,
  EventLogConsumer,
  EventLogProducer,
  ExclusiveProducer,
} from '../port';
import { KafkaAdmin } from './kafka-admin';
import { createKafka, type KafkaSettings } from './kafka-client';
import { connectCluster, type KafkaCluster } from './kafka-cluster';
import { KafkaConsumer } from './kafka-consumer';
import { KafkaExclusiveWriter } from './kafka-exclusive-writer';
import { KafkaProducer } from './kafka-producer';
import { KafkaReader } from './kafka-reader';

export type { KafkaSettings } from './kafka-client';

const APPEND_PATIENCE_MS = 15_000;

/** The log on a Kafka cluster (4.x). */
export class KafkaEventLog implements EventLog {
  readonly kind = 'kafka';
  private readonly kafka: Kafka;
  private readonly reader: KafkaReader;
  private readonly topicAdmin: KafkaAdmin;
  private readonly open = new Set<{ close(): Promise<void> }>();

  private readonly patienceMs: number;

  constructor(private readonly settings: KafkaSettings) {
    this.patienceMs = settings.appendPatienceMs ?? APPEND_PATIENCE_MS;
    this.kafka = createKafka(settings);
    this.reader = new KafkaReader(this.kafka);
    this.topicAdmin = new KafkaAdmin(this.kafka, this.reader);
  }

  producer(): EventLogProducer {
    const producer = new KafkaProducer(this.kafka, this.topicAdmin, this.patienceMs);
    this.open.add(producer);
    return producer;
  }

  async exclusiveProducer(name: string): Promise<ExclusiveProducer> {
    const writer = await KafkaExclusiveWriter.open({
      connect: () => connectCluster(this.kafka),
      topicLimits: (topic) => this.topicAdmin.topicLimits(topic),
      transactionalId: name,
      patienceMs: this.patienceMs,
    });
    const producer = new ExclusiveAppends(writer, (closed) => this.open.delete(closed));
    this.open.add(producer);
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const connect = (sockets: ISocketFactory): Promise<KafkaCluster> =>
      connectCluster(createKafka(this.settings, sockets));
    const consumer = new KafkaConsumer(this.kafka, connect, this.reader, this.topicAdmin, options);
    this.open.add({ close: () => consumer.stop() });
    return consumer;
  }

  admin(): EventLogAdmin {
    return this.topicAdmin;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((part) => part.close()));
    this.open.clear();
    await this.topicAdmin.close();
    await this.reader.close();
  }
}
