import type { Sql } from '../database/sql';

/** Rows of one transaction. */
const BATCH_ROWS = 2_000;

/**
 * Only a prefix of the feed goes, however the recorded times lie, and the head learns in the same transaction where the
 * rest begins; so a reader can tell for certain whether it has lost events.
 */
const EXPIRE_EVENTS = `
  WITH oldest AS (
    SELECT outbox.sequence, outbox.recorded_at_ms FROM shop.outbox
    WHERE sequence >= (SELECT first_sequence FROM shop.outbox_head) ORDER BY sequence LIMIT $2
  ), expired AS (
    DELETE FROM shop.outbox USING oldest
    WHERE outbox.sequence = oldest.sequence
      AND outbox.sequence < coalesce((SELECT min(sequence) FROM oldest WHERE recorded_at_ms >= $1), 9223372036854775807)
    RETURNING outbox.sequence
  )
  UPDATE shop.outbox_head SET first_sequence = expired.last + 1
  FROM (SELECT max(sequence) AS last, count(*) AS count FROM expired) AS expired
  WHERE expired.count > 0
  RETURNING expired.count AS count`;

/** By age alone: a paused shop never takes the steps it has planned, and would keep their orders for ever. */
const EXPIRE_ORDERS = `
  WITH expired AS (
    DELETE FROM shop.orders WHERE order_id IN (
      SELECT order_id FROM shop.orders WHERE created_at_ms < $1
      ORDER BY created_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
    ) RETURNING order_id
  )
  UPDATE shop.outbox_head SET order_count = order_count - expired.count
  FROM (SELECT count(*) AS count FROM expired) AS expired
  WHERE expired.count > 0
  RETURNING expired.count AS count`;

const EXPIRE_CLICKS = `
  WITH expired AS (
    DELETE FROM shop.clicks WHERE created_at_ms < $1 AND number IN (SELECT number FROM shop.clicks ORDER BY number LIMIT $2)
    RETURNING 1
  ) SELECT count(*) AS count FROM expired`;

const EXPIRE_TASKS = `
  WITH expired AS (
    DELETE FROM shop.tasks WHERE id IN (SELECT id FROM shop.tasks WHERE finished_at_ms < $1 LIMIT $2) RETURNING 1
  ) SELECT count(*) AS count FROM expired`;

export const EXPIRATIONS = {
  events: EXPIRE_EVENTS,
  orders: EXPIRE_ORDERS,
  clicks: EXPIRE_CLICKS,
  tasks: EXPIRE_TASKS,
} as const;

/** Deletes one batch of what is older than `beforeMs` (exclusive, epoch ms). @returns whether there may be more */
export async function expireBatch(
  sql: Sql,
  what: keyof typeof EXPIRATIONS,
  beforeMs: number,
  batchRows = BATCH_ROWS,
): Promise<boolean> {
  const { rows } = await sql.run<{ count: number }>(EXPIRATIONS[what], [Math.floor(beforeMs), batchRows]);
  return (rows[0]?.count ?? 0) >= batchRows;
}
