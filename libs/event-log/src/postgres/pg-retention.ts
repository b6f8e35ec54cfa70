import type { PgDatabase } from './pg-database';
import { LOCK_CLASS } from './constants';

/** Records looked at and deleted at a time: short locks, small transactions. */
const STEP = 5_000;

/** Takes the maintenance lock for one statement; gives no row to whoever comes second. */
const EXPIRED = `
  WITH expiring AS MATERIALIZED (
    SELECT p.topic_id, p.partition, p.earliest_offset, p.end_offset, t.retention_ms
    FROM event_log.partitions p JOIN event_log.topics t USING (topic_id)
    WHERE p.end_offset - p.earliest_offset > 1 AND NOT t.compacted AND pg_try_advisory_xact_lock(${LOCK_CLASS.maintenance}, 1)
  )
  SELECT e.topic_id, e.partition, least(
    (SELECT coalesce(min(log_offset) FILTER (WHERE least(timestamp_ms, appended_ms) >= $1::bigint - e.retention_ms),
                     max(log_offset) + 1)
     FROM (SELECT log_offset, timestamp_ms, appended_ms FROM event_log.records r
           WHERE r.topic_id = e.topic_id AND r.partition = e.partition AND log_offset >= e.earliest_offset
           ORDER BY log_offset LIMIT ${STEP}) oldest),
    e.end_offset - 1) AS first_kept, e.earliest_offset
  FROM expiring e`;

/**
 * Drops the oldest records of every partition whose age is over the topic's retention, unless it is compacted; the newest record
 * of a partition stays, so that whoever wrote it can see how far it had come. The earliest offset moves first and alone, so that appenders
 * wait for nothing longer than one row's update; rows below it are invisible to readers and deleted after.
 */
export class PgRetention {
  constructor(
    private readonly database: PgDatabase,
    private readonly now: () => number,
  ) {}

  /** @returns how many offsets were given up */
  async sweep(): Promise<number> {
    let dropped = 0;
    for (;;) {
      const rows = await this.database.query<[number, number, string, string]>({ text: EXPIRED }, [this.now()]);
      const due = rows.filter(([, , firstKept, earliest]) => Number(firstKept) > Number(earliest));
      for (const [topicId, partition, firstKept, earliest] of due) {
        await this.dropBelow(topicId, partition, Number(firstKept));
        dropped += Number(firstKept) - Number(earliest);
      }
      if (!due.some(([, , firstKept, earliest]) => Number(firstKept) - Number(earliest) >= STEP)) return dropped;
    }
  }

  private async dropBelow(topicId: number, partition: number, firstKept: number): Promise<void> {
    const values = [topicId, partition, firstKept];
    await this.database.query(
      {
        text: `UPDATE event_log.partitions SET earliest_offset = greatest(earliest_offset, $3)
               WHERE topic_id = $1 AND partition = $2`,
      },
      values,
    );
    await this.database.query(
      { text: 'DELETE FROM event_log.records WHERE topic_id = $1 AND partition = $2 AND log_offset < $3' },
      values,
    );
  }
}
