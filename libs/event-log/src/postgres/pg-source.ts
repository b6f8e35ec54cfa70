import type { PartitionSource, ReadLimits } from '../core/partition-source';
import { partitionKey } from '../core/fair-share';
import { UnknownTopicError } from '../errors';
import type { LogRecord, PartitionBounds, RecordBatch } from '../port';
import { decodeHeaderBlock } from './header-codec';
import type { PgDatabase } from './pg-database';
import type { TopicDirectory } from './topic-directory';

/** Columns of a record as queries select them; 64-bit integers come as text. */
export const RECORD_COLUMNS = 'log_offset, timestamp_ms, key, headers, value';
export type RecordRow = [
  offset: string,
  timestampMs: string,
  key: Buffer | null,
  headers: Buffer | null,
  value: Buffer | null,
];

export function toLogRecord(topic: string, partition: number, row: RecordRow): LogRecord {
  const [offset, timestampMs, key, headers, value] = row;
  return {
    topic,
    partition,
    offset: Number(offset),
    key: key === null ? null : key.toString('utf8'),
    value,
    headers: decodeHeaderBlock(headers),
    timestampMs: Number(timestampMs),
  };
}

const READ = {
  name: 'event_log_read',
  text: `
    SELECT p.end_offset, r.*
    FROM event_log.partitions p
    LEFT JOIN LATERAL (
      SELECT ${RECORD_COLUMNS} FROM (
        SELECT ${RECORD_COLUMNS}, row_number() OVER w AS position, sum(coalesce(octet_length(value), 0)) OVER w AS bytes
        FROM (
          SELECT ${RECORD_COLUMNS} FROM event_log.records
          WHERE topic_id = $1 AND partition = $2 AND log_offset >= greatest($3::bigint, p.earliest_offset)
          ORDER BY log_offset LIMIT $4
        ) following
        WINDOW w AS (ORDER BY log_offset ROWS UNBOUNDED PRECEDING)
      ) measured
      WHERE position = 1 OR bytes <= $5
    ) r ON true
    WHERE p.topic_id = $1 AND p.partition = $2
    ORDER BY r.log_offset`,
};
/** Rows fetched beyond the number that the byte bound is expected to let through. */
const SPARE_ROWS = 16;

/** How consumers read the tables. */
export class PgSource implements PartitionSource {
  private readonly meanBytes = new Map<string, number>();

  constructor(
    private readonly database: PgDatabase,
    private readonly topics: TopicDirectory,
  ) {}

  async partitionCount(topic: string): Promise<number | null> {
    return (await this.topics.find(topic))?.partitions ?? null;
  }

  async bounds(topic: string, partition: number): Promise<PartitionBounds> {
    const { id, uuid } = await this.topics.get(topic, partition);
    const [row] = await this.database.query<[string, string]>(
      {
        name: 'event_log_bounds',
        text: 'SELECT earliest_offset, end_offset FROM event_log.partitions WHERE topic_id = $1 AND partition = $2',
      },
      [id, partition],
    );
    if (!row) throw this.vanished(topic, partition);
    return { partition, topicId: uuid, earliest: Number(row[0]), end: Number(row[1]) };
  }

  async committed(groupId: string, topic: string, partition: number): Promise<number | null> {
    const { id } = await this.topics.get(topic, partition);
    const [row] = await this.database.query<[string]>(
      {
        name: 'event_log_committed',
        text: `SELECT next_offset FROM event_log.committed_offsets JOIN event_log.groups USING (group_id)
               WHERE name = $1 AND topic_id = $2 AND partition = $3`,
      },
      [groupId, id, partition],
    );
    return row ? Number(row[0]) : null;
  }

  async commit(groupId: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    const { id } = await this.topics.get(topic, partition);
    await this.database.query(
      {
        name: 'event_log_commit',
        text: `INSERT INTO event_log.committed_offsets (group_id, topic_id, partition, next_offset)
               SELECT group_id, $2, $3, $4 FROM event_log.groups WHERE name = $1
               ON CONFLICT (group_id, topic_id, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      },
      [groupId, id, partition, nextOffset],
    );
  }

  async read(topic: string, partition: number, fromOffset: number, limits: ReadLimits): Promise<RecordBatch> {
    const { id, uuid } = await this.topics.get(topic, partition);
    const rows = await this.database.query<[string, ...(RecordRow | [null])]>(READ, [
      id,
      partition,
      fromOffset,
      this.rowLimit(topic, partition, limits),
      Math.min(limits.maxBytes, Number.MAX_SAFE_INTEGER),
    ]);
    const [first] = rows;
    if (!first) throw this.vanished(topic, partition);
    const records: LogRecord[] = [];
    for (const [, ...row] of rows) {
      if (row[0] !== null) records.push(toLogRecord(topic, partition, row));
    }
    this.learn(topic, partition, records);
    const last = records.at(-1);
    const endOffset = Number(first[0]);
    // No row is left before the end: what there was has expired or was compacted away.
    const nextOffset = last ? last.offset + 1 : Math.max(fromOffset, endOffset);
    return { topic, topicId: uuid, partition, records, fromOffset, nextOffset, endOffset };
  }

  /** Rows are measured by the server after it has found them: asks for about as many as the bytes allow. */
  private rowLimit(topic: string, partition: number, limits: ReadLimits): number {
    const mean = this.meanBytes.get(partitionKey({ topic, partition })) ?? 0;
    if (mean === 0) return limits.maxRecords;
    return Math.min(limits.maxRecords, Math.ceil(limits.maxBytes / mean) + SPARE_ROWS);
  }

  private learn(topic: string, partition: number, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    const bytes = records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
    this.meanBytes.set(partitionKey({ topic, partition }), bytes / records.length);
  }

  /** The tables were emptied behind our back: everything known about topics is void. */
  private vanished(topic: string, partition: number): UnknownTopicError {
    this.topics.forget();
    return new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
  }
}
