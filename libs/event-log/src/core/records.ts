import { InvalidRecordError, RecordTooLargeError, UnknownTopicError } from '../errors';
import type { LogRecord, NewRecord, RecordHeaders } from '../port';

/** Bytes a record counts for against maxRecordBytes: key, value, header names and header values. */
export function recordBytes(record: NewRecord): number {
  let bytes = (record.key === null ? 0 : Buffer.byteLength(record.key)) + (record.value?.byteLength ?? 0);
  for (const [name, value] of Object.entries(record.headers ?? {})) {
    bytes += Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength);
  }
  return bytes;
}

/** Headers as they stand in the log: text becomes UTF-8, bytes are copied. */
export function encodeHeaders(headers: NewRecord['headers']): RecordHeaders {
  const bytesOf = (value: string | Uint8Array): Buffer =>
    typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, bytesOf(value)]));
}

/** A record that shares no memory with where it was read: for who keeps it (see ConsumerOptions.transientRecords). */
export function copyRecord(record: LogRecord): LogRecord {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key,
    value: value === null ? null : Buffer.from(value),
    headers: encodeHeaders(headers),
  };
}

/** What a topic asks of its records. */
export interface TopicLimits {
  name: string;
  partitions: number;
  maxRecordBytes: number;
  compacted: boolean;
}

/**
 * Checks a call's records before anything of it is appended.
 * @throws UnknownTopicError when a partition does not exist, RecordTooLargeError when a record is over the limit,
 * InvalidRecordError when it lacks the key by which its topic is compacted
 */
export function checkRecords(topic: TopicLimits, records: readonly NewRecord[]): void {
  for (const record of records) {
    if (!Number.isInteger(record.partition) || record.partition < 0 || record.partition >= topic.partitions) {
      throw new UnknownTopicError(`Topic ${topic.name} has no partition ${record.partition}`);
    }
    if (topic.compacted && record.key === null) {
      throw new InvalidRecordError(`Topic ${topic.name} is compacted: each of its records needs a key`);
    }
    const bytes = recordBytes(record);
    if (bytes > topic.maxRecordBytes) {
      throw new RecordTooLargeError(
        `A record of ${bytes} bytes is over the ${topic.maxRecordBytes} bytes that topic ${topic.name} takes`,
      );
    }
  }
}
