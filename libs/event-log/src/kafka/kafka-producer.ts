import type { Kafka, Message } from 'kafkajs';
import { checkRecords, encodeHeaders } from '../core/records';
import { SerialQueue } from '../core/serial-queue';
import { splitByBytes } from '../core/split-by-bytes';
import { LogUnavailableError } from '../errors';
import type { EventLogProducer, NewRecord } from '../port';
import type { KafkaAdmin } from './kafka-admin';
import { connectCluster } from './kafka-cluster';
import { KafkaSender, type PartitionBatch } from './kafka-sender';
import { batchCapacityBytes, recordOverheadBytes } from './topic-config';

/** A batch of one partition is no larger than this, even where the topic would take more. */
const MAX_BATCH_BYTES = 1024 * 1024;

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
    appendPatienceMs: number,
  ) {
    this.sender = new KafkaSender(() => connectCluster(kafka), appendPatienceMs);
  }

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return this.queue.run(async () => {
      if (this.closed) throw new LogUnavailableError('The producer is closed');
      const limits = await this.admin.topicLimits(topic);
      checkRecords(limits, records);
      const capacity = Math.min(batchCapacityBytes(limits.maxMessageBytes), MAX_BATCH_BYTES);
      try {
        for (const batches of toRounds(records, capacity)) await this.sender.send(topic, batches);
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

/** What is sent at a time, one after another: the first batch of every partition, then the second, and so on. */
function toRounds(records: readonly NewRecord[], capacityBytes: number): PartitionBatch[][] {
  const byPartition = new Map<number, NewRecord[]>();
  for (const record of records) {
    const own = byPartition.get(record.partition) ?? [];
    own.push(record);
    byPartition.set(record.partition, own);
  }
  const rounds: PartitionBatch[][] = [];
  for (const [partition, own] of byPartition) {
    for (const [round, batch] of splitByBytes(own, capacityBytes, recordOverheadBytes).entries()) {
      (rounds[round] ??= []).push({ partition, messages: batch.map(toMessage) });
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
