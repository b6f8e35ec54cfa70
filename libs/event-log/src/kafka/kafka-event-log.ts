import type { Kafka } from 'kafkajs';
import type { ConsumerOptions, EventLog, EventLogAdmin, EventLogConsumer, EventLogProducer } from '../port';
import { KafkaAdmin } from './kafka-admin';
import { createKafka, type KafkaSettings } from './kafka-client';
import { KafkaConsumer } from './kafka-consumer';
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
  private readonly open: { close(): Promise<void> }[] = [];

  constructor(private readonly settings: KafkaSettings) {
    this.kafka = createKafka(settings);
    this.reader = new KafkaReader(this.kafka);
    this.topicAdmin = new KafkaAdmin(this.kafka, this.reader);
  }

  producer(): EventLogProducer {
    const producer = new KafkaProducer(
      this.kafka,
      this.topicAdmin,
      this.settings.appendPatienceMs ?? APPEND_PATIENCE_MS,
    );
    this.open.push(producer);
    return producer;
  }

  consumer(options: ConsumerOptions): EventLogConsumer {
    const consumer = new KafkaConsumer(this.kafka, this.reader, this.topicAdmin, options);
    this.open.push({ close: () => consumer.stop() });
    return consumer;
  }

  admin(): EventLogAdmin {
    return this.topicAdmin;
  }

  async close(): Promise<void> {
    await Promise.all(this.open.splice(0).map((part) => part.close()));
    await this.topicAdmin.close();
    await this.reader.close();
  }
}
