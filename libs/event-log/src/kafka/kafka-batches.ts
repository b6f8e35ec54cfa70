import type { Message } from 'kafkajs';
import { encodeHeaders } from '../core/records';
import { splitByBytes } from '../core/split-by-bytes';
import type { NewRecord } from '../port';
import { batchCapacityBytes, recordOverheadBytes } from './topic-config';

/** Records for one partition, appended as a whole or not at all. */
export interface PartitionBatch {
  partition: number;
  messages: Message[];
}

/** A batch of one partition is no larger than this, even where the topic would take more. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** What is sent at a time, one after another: the first batch of every partition, then the second, and so on. */
export function toRounds(records: readonly NewRecord[], maxMessageBytes: number): PartitionBatch[][] {
  const capacityBytes = Math.min(batchCapacityBytes(maxMessageBytes), MAX_BATCH_BYTES);
  const byPartition = new Map<number, NewRecord[]>();
  for (const record of records) {
    const own = byPartition.get(record.partition);
    if (own) own.push(record);
    else byPartition.set(record.partition, [record]);
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
