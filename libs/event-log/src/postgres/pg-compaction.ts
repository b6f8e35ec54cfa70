import { TOMBSTONE_RETENTION_MS } from '../port';
import type { PgDatabase } from './pg-database';

/** Records looked at in one transaction, of less than a second. Small steps take longer in all: keys are noted once a step. */
const STEP = 20_000;
/** One sweep takes no more steps than this for a partition; the next one goes on. */
const MAX_STEPS = 50;
const COMPACTED_PARTITIONS = `
  SELECT topic_id, partition FROM event_log.partitions JOIN event_log.topics USING (topic_id)
  WHERE compacted AND end_offset > 0 ORDER BY topic_id, partition`;

/**
 * Deletes what newer records of the same keys have replaced in compacted topics. Each record is looked at once, soon after it was
 * appended, by its offset: what is kept for long is not read again. Appenders wait for none of it.
 */
export class PgCompaction {
  constructor(
    private readonly database: PgDatabase,
    private readonly now: () => number,
  ) {}

  async sweep(): Promise<void> {
    const partitions = await this.database.query<[number, number]>({ text: COMPACTED_PARTITIONS });
    const nowMs = this.now();
    for (const [topicId, partition] of partitions) {
      for (let step = 0, lookedAt = STEP; lookedAt === STEP && step < MAX_STEPS; step += 1) {
        const [row] = await this.database.query<[number]>(
          { name: 'event_log_compact', text: 'SELECT event_log.compact($1, $2, $3, $4, $5)' },
          [topicId, partition, STEP, nowMs, nowMs - TOMBSTONE_RETENTION_MS],
        );
        lookedAt = row?.[0] ?? 0;
      }
    }
  }
}
