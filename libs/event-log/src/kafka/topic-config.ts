import { type NewRecord, TOMBSTONE_RETENTION_MS, type TopicSpec } from '../port';

/**
 * The broker limits batches, not records: this much room beyond the largest record is for the batch's header (61 bytes) and
 * the record's lengths and flags (36 bytes, and 10 for each header).
 */
const BATCH_ROOM_BYTES = 1_024;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;
const SEGMENT_BYTES = 128 * 1024 * 1024;

/**
 * Kafka's defaults leave a topic of some megabytes as it is for a week: only closed segments are compacted, and they close at 1 GB
 * or after seven days. These keep a topic that is appended to all the time at no more than about twice what it holds.
 */
const COMPACTION = {
  'cleanup.policy': 'compact',
  // How much there is at most of the open segment, which compaction leaves alone: as much as is read in a moment.
  'segment.bytes': String(16 * 1024 * 1024),
  // The same in time, by the records' time stamps. A quiet topic keeps its open segment, but that does not grow.
  'segment.ms': String(MINUTE_MS),
  // Compacts when a third of the closed segments is new: compaction writes the rest again, so less would cost more than it saves.
  'min.cleanable.dirty.ratio': '0.33',
  // And after ten minutes in any case, so that a large topic which changes little does not keep old values until then.
  'max.compaction.lag.ms': String(10 * MINUTE_MS),
  // Replaced records may go at once: nobody is promised to see them.
  'min.compaction.lag.ms': '0',
  // Tombstones, and what ended transactions, stay for so long after the first compaction that met them. Keys come and go by the
  // thousand, so a day, the default, would make up most of the topic.
  'delete.retention.ms': String(TOMBSTONE_RETENTION_MS),
};

/** Upper bound of what a record takes in a batch beyond its key, value and headers. */
export function recordOverheadBytes(record: NewRecord): number {
  return 36 + 10 * Object.keys(record.headers ?? {}).length;
}

/** What a batch may hold of records and their overhead, of the topic's max.message.bytes. */
export function batchCapacityBytes(maxMessageBytes: number): number {
  return maxMessageBytes - 100;
}

/** The settings of a topic that limit what can be appended. */
export const LIMITING_SETTINGS = ['max.message.bytes', 'cleanup.policy'];

export function limitsIn(settings: Readonly<Record<string, string>>): {
  maxMessageBytes: number;
  maxRecordBytes: number;
  compacted: boolean;
} {
  const maxMessageBytes = Number(settings['max.message.bytes']);
  const compacted = (settings['cleanup.policy'] ?? '').split(',').includes('compact');
  return { maxMessageBytes, maxRecordBytes: maxMessageBytes - BATCH_ROOM_BYTES, compacted };
}

/** The settings of a topic that the port's words stand for. */
export function topicConfig(spec: TopicSpec): Record<string, string> {
  return {
    // Written as it comes: brokers need not pack it again, and readers have every codec.
    'compression.type': 'producer',
    'message.timestamp.type': 'CreateTime',
    // Times come from events; which of them are believed is for the readers to say.
    'message.timestamp.after.max.ms': '9223372036854775807',
    'message.timestamp.before.max.ms': '9223372036854775807',
    'max.message.bytes': String(spec.maxRecordBytes + BATCH_ROOM_BYTES),
    ...(spec.compacted ? COMPACTION : retention(spec.retentionMs)),
  };
}

function retention(retentionMs: number): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    // A segment is dropped as a whole, once its newest record is old enough: several of them fit the retention.
    'segment.ms': String(Math.min(Math.max(Math.floor(retentionMs / 8), HOUR_MS / 6), WEEK_MS)),
    'segment.bytes': String(SEGMENT_BYTES),
  };
}
