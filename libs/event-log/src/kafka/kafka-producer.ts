import type { Kafka } from 'kafkajs';
import { Lifeline } from '../core/lifeline';
import { checkRecords } from '../core/records';
import { SerialQueue } from '../core/serial-queue';
import { LogUnavailableError } from '../errors';
import type { EventLogProducer, NewRecord } from '../port';
import type { KafkaAdmin } from './kafka-admin';
import { toRounds } from './kafka-batches';
import { connectCluster, type KafkaCluster, type ProducerIdentity } from './kafka-cluster';
import { repeatedWhileSettling, toLogError } from './kafka-errors';
import { KafkaSender } from './kafka-sender';

/** Brokers ask for one, though without a transactional id there are no transactions. */
const TRANSACTION_TIMEOUT_MS = 60_000;

/**
 * Appends to Kafka with an idempotent producer, one batch of each partition at a time. A producer that failed is given up: its
 * numbering of records may differ from the broker's by then, and a broker takes a batch whose number it has seen for a
 * repetition and drops it.
 */
export class KafkaProducer implements EventLogProducer {
  private readonly queue = new SerialQueue();
  private readonly sender: KafkaSender;
  private closed = false;

  constructor(
    kafka: Kafka,
    private readonly admin: KafkaAdmin,
    patienceMs: number,
  ) {
    const connection = new Lifeline(
      () => connectCluster(kafka),
      (cluster) => cluster.disconnect(),
    );
    this.sender = new KafkaSender({ connection, identify: () => newIdentity(connection), patienceMs });
  }

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) throw new LogUnavailableError('The producer is closed');
      const limits = await this.admin.topicLimits(topic);
      checkRecords(limits, records);
      try {
        await this.sender.begin();
        for (const batches of toRounds(records, limits.maxMessageBytes)) await this.sender.send(topic, batches);
      } catch (error) {
        await this.sender.reset();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.closed = true;
    await this.sender.reset();
  }
}

async function newIdentity(connection: Lifeline<KafkaCluster>): Promise<ProducerIdentity> {
  try {
    const broker = await (await connection.get()).findControllerBroker();
    const { producerId, producerEpoch } = await repeatedWhileSettling(() =>
      broker.initProducerId({ transactionTimeout: TRANSACTION_TIMEOUT_MS }),
    );
    return { producerId, producerEpoch };
  } catch (error) {
    throw toLogError(error);
  }
}
