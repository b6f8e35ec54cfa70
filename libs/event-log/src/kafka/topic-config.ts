import type { NewRecord, TopicSpec } from '../port';

/**
 * The broker limits batches, not records: this much room beyond the largest record is for the batch's header (61 bytes) and
 * the record's lengths and flags (36 bytes, and 10 for each header).
 */
const BATCH_ROOM_BYTES = 1_024;
const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const SEGMENT_BYTES = 128 * 1024 * 1024;

/** Upper bound of what a record takes in a batch beyond its key, value and headers. */
export function recordOverheadBytes(record: NewRecord): number {
  return 36 + 10 * Object.keys(record.headers ?? {}).length;
}

/** What a batch may hold of records and their overhead, of the topic's max.message.bytes. */
export function batchCapacityBytes(maxMessageBytes: number): number {
  return maxMessageBytes - 100;
}

export function maxRecordBytes(maxMessageBytes: number): number {
  return maxMessageBytes - BATCH_ROOM_BYTES;
}

/** The settings of a topic that the port's words stand for. */
export function topicConfig(spec: TopicSpec): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    // Written as it comes: the client reads no codec but gzip.
    'compression.type': 'producer',
    'message.timestamp.type': 'CreateTime',
    // Times come from events; which of them are believed is for the readers to say.
    'message.timestamp.after.max.ms': '9223372036854775807',
    'message.timestamp.before.max.ms': '9223372036854775807',
    'max.message.bytes': String(spec.maxRecordBytes + BATCH_ROOM_BYTES),
    'retention.ms': String(spec.retentionMs),
    // A segment is dropped as a whole, once its newest record is old enough: several of them fit the retention.
    'segment.ms': String(Math.min(Math.max(Math.floor(spec.retentionMs / 8), HOUR_MS / 6), WEEK_MS)),
    'segment.bytes': String(SEGMENT_BYTES),
  };
}
