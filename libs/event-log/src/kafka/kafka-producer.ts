import { type Kafka, type Message, Partitioners, type Producer, type RecordMetadata } from 'kafkajs';
import { Lifeline } from '../core/lifeline';
import { checkRecords, encodeHeaders } from '../core/records';
import { SerialQueue } from '../core/serial-queue';
import { splitByBytes } from '../core/split-by-bytes';
import { LogUnavailableError } from '../errors';
import type { EventLogProducer, NewRecord } from '../port';
import type { KafkaAdmin } from './kafka-admin';
import { RETRY } from './kafka-client';
import { toLogError } from './kafka-errors';
import { batchCapacityBytes, recordOverheadBytes } from './topic-config';

const ALL_REPLICAS = -1;
/** A batch of one partition is no larger than this, even where the topic would take more. */
const MAX_BATCH_BYTES = 1024 * 1024;

/**
 * Appends to Kafka with the idempotent producer. One request is in flight, and a producer that failed is given up: its
 * numbering of records may differ from the broker's by then, and a broker takes a batch whose number it has seen for a
 * repetition and drops it.
 */
export class KafkaProducer implements EventLogProducer {
  private readonly queue = new SerialQueue();
  private readonly connection: Lifeline<Producer>;
  private closed = false;

  constructor(
    kafka: Kafka,
    private readonly admin: KafkaAdmin,
  ) {
    this.connection = new Lifeline(
      async () => {
        const producer = kafka.producer({
          idempotent: true,
          maxInFlightRequests: 1,
          allowAutoTopicCreation: false,
          createPartitioner: Partitioners.DefaultPartitioner,
          retry: RETRY,
        });
        await producer.connect();
        return producer;
      },
      (producer) => producer.disconnect(),
    );
  }

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) throw new LogUnavailableError('The producer is closed');
      const limits = await this.admin.topicLimits(topic);
      checkRecords(limits, records);
      const capacity = Math.min(batchCapacityBytes(limits.maxMessageBytes), MAX_BATCH_BYTES);
      try {
        for (const messages of toRounds(records, capacity)) {
          const producer = await this.connection.get();
          checkAnswered(messages, await producer.send({ topic, acks: ALL_REPLICAS, messages }));
        }
      } catch (error) {
        await this.connection.drop();
        throw toLogError(error);
      }
    });
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.closed = true;
    await this.connection.drop();
  }
}

/**
 * kafkajs keeps its answers per broker while it tries again: a partition that has moved to a broker which has answered
 * already is never sent, and the send resolves all the same (tulios/kafkajs#1303). What has no answer is not appended.
 * @throws LogUnavailableError
 */
export function checkAnswered(sent: readonly Message[], answers: readonly RecordMetadata[]): void {
  const answered = new Set(answers.map(({ partition }) => partition));
  const missing = new Set(sent.map(({ partition }) => partition ?? -1).filter((partition) => !answered.has(partition)));
  if (missing.size > 0) throw new LogUnavailableError(`Kafka did not acknowledge partition ${[...missing].join(', ')}`);
}

/** Requests to send one after another: the first batch of every partition, then the second, and so on. */
function toRounds(records: readonly NewRecord[], capacityBytes: number): Message[][] {
  const byPartition = new Map<number, NewRecord[]>();
  for (const record of records) {
    const own = byPartition.get(record.partition) ?? [];
    own.push(record);
    byPartition.set(record.partition, own);
  }
  const rounds: Message[][] = [];
  for (const own of byPartition.values()) {
    for (const [round, batch] of splitByBytes(own, capacityBytes, recordOverheadBytes).entries()) {
      (rounds[round] ??= []).push(...batch.map(toMessage));
    }
  }
  return rounds;
}

function toMessage(record: NewRecord): Message {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(encodeHeaders(record.headers))) headers[name] = Buffer.from(value);
  return {
    partition: record.partition,
    key: record.key === null ? null : Buffer.from(record.key, 'utf8'),
    value: record.value === null ? null : asBuffer(record.value),
    headers,
    timestamp: String(Math.trunc(record.timestampMs)),
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
