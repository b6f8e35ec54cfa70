import { UnknownTopicError } from '../errors';
import type { EventLogAdmin, LogRecord, PartitionBounds, RecordBatch, TopicSpec } from '../port';
import { CHANNELS, LOCK_CLASS } from './constants';
import type { PgDatabase } from './pg-database';
import type { PgRetention } from './pg-retention';
import { RECORD_COLUMNS, toLogRecord, type PgSource, type RecordRow } from './pg-source';
import { SCHEMA_VERSION, schemaStatements } from './schema';
import type { TopicDirectory } from './topic-directory';

type Run = <Row extends unknown[]>(text: string, values?: unknown[]) => Promise<Row[]>;
/** One read of read() holds this many bytes of values at most. */
const READ_BYTES = 4 * 1024 * 1024;

/** Topics, bounds and single reads of the tables. */
export class PgAdmin implements EventLogAdmin {
  constructor(
    private readonly database: PgDatabase,
    private readonly topics: TopicDirectory,
    private readonly source: PgSource,
    private readonly retention: PgRetention,
  ) {}

  async ensureTopics(specs: readonly TopicSpec[]): Promise<{ created: string[]; changed: string[] }> {
    const outcome = await this.database.transaction(async (run) => {
      await run('SELECT pg_advisory_xact_lock($1, 0)', [LOCK_CLASS.maintenance]);
      await installSchema(run);
      const created: string[] = [];
      const changed: string[] = [];
      for (const spec of specs) {
        const done = await ensureTopic(run, spec);
        if (done === 'created') created.push(spec.name);
        if (done === 'changed') changed.push(spec.name);
      }
      if (created.length > 0) await run('SELECT pg_notify($1, $2)', [CHANNELS.group, '']);
      return { created, changed };
    });
    this.topics.forget();
    if (outcome.changed.length > 0) await this.retention.sweep();
    return outcome;
  }

  partitionCount(topic: string): Promise<number | null> {
    return this.source.partitionCount(topic);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    const rows = await this.database.query<[string, number, string, string]>(
      {
        text: `SELECT topic_uuid, partition, earliest_offset, end_offset
               FROM event_log.topics JOIN event_log.partitions USING (topic_id) WHERE name = $1 ORDER BY partition`,
      },
      [topic],
    );
    if (rows.length === 0) throw new UnknownTopicError(`There is no topic ${topic}`);
    return rows.map(([topicId, partition, earliest, end]) => ({
      partition,
      topicId,
      earliest: Number(earliest),
      end: Number(end),
    }));
  }

  async offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number> {
    const { id } = await this.topics.get(topic, partition);
    const [row] = await this.database.query<[string]>(
      {
        text: `SELECT coalesce(
                 (SELECT r.log_offset FROM event_log.records r
                  WHERE r.topic_id = $1 AND r.partition = $2 AND r.log_offset >= p.earliest_offset AND r.timestamp_ms >= $3
                  ORDER BY r.log_offset LIMIT 1),
                 p.end_offset)
               FROM event_log.partitions p WHERE p.topic_id = $1 AND p.partition = $2`,
      },
      [id, partition, Math.ceil(timestampMs)],
    );
    if (!row) throw new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
    return Number(row[0]);
  }

  async committedOffsets(groupId: string, topic: string): Promise<{ partition: number; nextOffset: number | null }[]> {
    const { id } = await this.topics.get(topic);
    const rows = await this.database.query<[number, string | null]>(
      {
        text: `SELECT p.partition, c.next_offset FROM event_log.partitions p
               LEFT JOIN (event_log.committed_offsets c JOIN event_log.groups g ON g.group_id = c.group_id AND g.name = $1)
                 ON c.topic_id = p.topic_id AND c.partition = p.partition
               WHERE p.topic_id = $2 ORDER BY p.partition`,
      },
      [groupId, id],
    );
    return rows.map(([partition, next]) => ({ partition, nextOffset: next === null ? null : Number(next) }));
  }

  async read(topic: string, partition: number, fromOffset: number, limit: number): Promise<RecordBatch> {
    const batches: RecordBatch[] = [];
    for (let nextOffset = fromOffset, left = limit; ;) {
      const limits = { maxRecords: left, maxBytes: READ_BYTES };
      const batch = await this.source.read(topic, partition, nextOffset, limits);
      batches.push(batch);
      ({ nextOffset } = batch);
      left -= batch.records.length;
      if (left <= 0 || nextOffset >= batch.endOffset)
        return { ...batch, records: batches.flatMap(({ records }) => records) };
    }
  }

  async readLast(topic: string, partition: number): Promise<LogRecord | null> {
    const { id } = await this.topics.get(topic, partition);
    const row = await this.database.transaction(async (run) => {
      // Waits for appends that are at work: their clients may have gone, and they become visible all the same.
      await run('SELECT 1 FROM event_log.partitions WHERE topic_id = $1 AND partition = $2 FOR SHARE', [id, partition]);
      const [last] = await run<RecordRow>(
        `SELECT ${RECORD_COLUMNS} FROM event_log.records
         WHERE topic_id = $1 AND partition = $2 ORDER BY log_offset DESC LIMIT 1`,
        [id, partition],
      );
      return last;
    });
    return row ? toLogRecord(topic, partition, row) : null;
  }

  async ping(): Promise<void> {
    await this.database.query({ text: 'SELECT 1' });
  }

  async close(): Promise<void> {
    // The connections belong to the log.
  }
}

async function installSchema(run: Run): Promise<void> {
  const [installed] = await run<[string | null]>(
    `SELECT obj_description(to_regnamespace('event_log'), 'pg_namespace')`,
  );
  if (installed?.[0] === SCHEMA_VERSION) return;
  const [lz4] = await run(
    `SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`,
  );
  for (const statement of schemaStatements(lz4 !== undefined)) await run(statement);
}

async function ensureTopic(run: Run, spec: TopicSpec): Promise<'created' | 'changed' | 'kept'> {
  const { name, retentionMs, maxRecordBytes, compacted = false, partitions } = spec;
  const values = [name, compacted ? 0 : retentionMs, maxRecordBytes, compacted];
  const [known] = await run('SELECT 1 FROM event_log.topics WHERE name = $1', [name]);
  if (known) {
    const changed = await run(
      `UPDATE event_log.topics SET retention_ms = $2, max_record_bytes = $3, compacted = $4
       WHERE name = $1 AND (retention_ms, max_record_bytes, compacted) IS DISTINCT FROM ($2, $3, $4) RETURNING 1`,
      values,
    );
    return changed.length > 0 ? 'changed' : 'kept';
  }
  await run(
    `WITH topic AS (
       INSERT INTO event_log.topics (name, retention_ms, max_record_bytes, compacted, partitions) VALUES ($1, $2, $3, $4, $5)
       RETURNING topic_id, partitions)
     INSERT INTO event_log.partitions (topic_id, partition)
     SELECT topic_id, partition FROM topic, generate_series(0, partitions - 1) AS partition`,
    [...values, partitions],
  );
  return 'created';
}
