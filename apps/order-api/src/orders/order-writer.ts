import type { Sql } from '../database/sql';
import type { OrderChange } from './order-change';

/** Channel that is notified with every commit that adds events. */
export const OUTBOX_CHANNEL = 'shop_outbox';

/** JSON text has no raw line feed, so one separates the documents of a statement's single text parameter. */
const SEPARATOR = '\n';

const INSERT_ORDERS = `
  INSERT INTO shop.orders (order_id, version, status, created_at_ms, plan, next_due_ms, document)
  SELECT * FROM ROWS FROM (unnest($1::text[]), unnest($2::integer[]), unnest($3::text[]), unnest($4::bigint[]),
                           string_to_table($5, E'\\n'), unnest($6::bigint[]), string_to_table($7, E'\\n'))`;

const UPDATE_ORDERS = `
  UPDATE shop.orders SET version = changed.version, status = changed.status, plan = changed.plan,
                         next_due_ms = changed.next_due_ms, document = changed.document
  FROM ROWS FROM (unnest($1::text[]), unnest($2::integer[]), unnest($3::text[]), string_to_table($4, E'\\n'),
                  unnest($5::bigint[]), string_to_table($6, E'\\n'))
       AS changed (order_id, version, status, plan, next_due_ms, document)
  WHERE orders.order_id = changed.order_id AND orders.version = changed.version - 1`;

/**
 * The head's row lock is taken here and held to the end of the transaction: whoever takes the next sequence numbers waits
 * for this commit. So numbers are dense, and a number is visible only when all lower ones are.
 */
const APPEND_EVENTS = `
  WITH head AS (
    UPDATE shop.outbox_head
    SET last_sequence = last_sequence + $1, order_count = order_count + $2,
        last_event_time_ms = greatest(last_event_time_ms, $3)
    RETURNING last_sequence - $1::bigint AS base
  ), added AS (
    INSERT INTO shop.outbox (sequence, order_id, event_time_ms, recorded_at_ms, event_bytes, event)
    SELECT head.base + event.position, event.order_id, event.time_ms,
           (extract(epoch FROM clock_timestamp()) * 1000)::bigint, octet_length(event.document), event.document
    FROM head, ROWS FROM (unnest($4::text[]), unnest($5::bigint[]), string_to_table($6, E'\\n')) WITH ORDINALITY
               AS event (order_id, time_ms, document, position)
  )
  SELECT base + 1 AS "firstSequence", pg_notify('${OUTBOX_CHANNEL}', '') FROM head`;

/**
 * Writes orders and their events inside the caller's transaction, in the given order. It must be the transaction's last
 * statement that may wait: from here to the commit every other writer of events waits for this one.
 * @returns the sequence number of the first event; the others follow without a gap
 * @throws when an order's stored version is not the one before the change's: nothing may be written then
 */
export async function writeChanges(sql: Sql, changes: readonly OrderChange[]): Promise<number> {
  const created = changes.filter((change) => change.version === 1);
  const changed = changes.filter((change) => change.version > 1);
  await insertOrders(sql, created);
  await updateOrders(sql, changed);
  const { rows } = await sql.run<{ firstSequence: number }>(APPEND_EVENTS, [
    changes.length,
    created.length,
    changes.reduce((latest, change) => Math.max(latest, change.eventTimeMs), 0),
    changes.map((change) => change.orderId),
    changes.map((change) => change.eventTimeMs),
    changes.map((change) => change.event).join(SEPARATOR),
  ]);
  const first = rows[0];
  if (!first) throw new Error('the head of the outbox is missing');
  return first.firstSequence;
}

async function insertOrders(sql: Sql, changes: readonly OrderChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.run(INSERT_ORDERS, [
    changes.map((change) => change.orderId),
    changes.map((change) => change.version),
    changes.map((change) => change.status),
    changes.map((change) => change.createdAtMs),
    changes.map((change) => JSON.stringify(change.plan)).join(SEPARATOR),
    changes.map((change) => change.nextDueMs),
    changes.map((change) => change.document).join(SEPARATOR),
  ]);
}

async function updateOrders(sql: Sql, changes: readonly OrderChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { count } = await sql.run(UPDATE_ORDERS, [
    changes.map((change) => change.orderId),
    changes.map((change) => change.version),
    changes.map((change) => change.status),
    changes.map((change) => JSON.stringify(change.plan)).join(SEPARATOR),
    changes.map((change) => change.nextDueMs),
    changes.map((change) => change.document).join(SEPARATOR),
  ]);
  if (count !== changes.length)
    throw new Error(`${changes.length - count} of ${changes.length} orders were not at the version before the change`);
}
