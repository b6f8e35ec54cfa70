import type { Period } from '@orderpulse/contracts';
import type { Interval } from '@orderpulse/olap-store';
import { Client, type QueryResultRow } from 'pg';

/**
 * The six figures of each span from the orders alone: a creation at its time, each later step at the time that the order's
 * history says. Money is added in cents, each order rounded once, half away from zero.
 */
const PERIODS = `
  WITH stored AS MATERIALIZED (
    SELECT created_at_ms, document::jsonb AS doc FROM shop.orders
  ), happened AS MATERIALIZED (
    SELECT created_at_ms AS time_ms, 1 AS orders,
           round((doc->>'order_total')::numeric * (doc->>'exchange_rate')::numeric * 100) AS cents,
           (doc->>'fraud_flag')::boolean::int AS fraud, 0 AS delivered, 0 AS refunded
    FROM stored
    UNION ALL
    SELECT (extract(epoch FROM (step->>'timestamp')::timestamptz) * 1000)::bigint, 0, 0, 0,
           (step->>'status' = 'Delivered')::int, (step->>'status' = 'Refunded')::int
    FROM stored, jsonb_array_elements(doc->'status_history') AS step
    WHERE step->>'status' IN ('Delivered', 'Refunded')
  )
  SELECT coalesce(sum(orders), 0)::float8 AS "orders",
         coalesce(sum(cents) / 100, 0)::float8 AS "totalRevenue",
         coalesce(round(sum(cents) / nullif(sum(orders), 0)) / 100, 0)::float8 AS "avgOrderValue",
         coalesce(sum(fraud), 0)::float8 AS "fraudCount",
         coalesce(sum(delivered), 0)::float8 AS "deliveredCount",
         coalesce(sum(refunded), 0)::float8 AS "refundedCount"
  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS span (from_ms, to_ms, position)
  LEFT JOIN happened ON time_ms >= from_ms AND time_ms < to_ms
  GROUP BY position
  ORDER BY position`;

/** The figures of each span, in their order, by plain SQL over the order API's own table. */
export function storedPeriods(databaseUrl: string, spans: readonly Interval[]): Promise<Period[]> {
  return query<Period>(databaseUrl, PERIODS, [spans.map(({ fromMs }) => fromMs), spans.map(({ toMs }) => toMs)]);
}

/** The ids of all orders in the order API's table, sorted. */
export async function storedOrderIds(databaseUrl: string): Promise<string[]> {
  const rows = await query<{ order_id: string }>(databaseUrl, 'SELECT order_id FROM shop.orders');
  return rows.map((row) => row.order_id).sort();
}

/** Runs one statement on a connection of its own. */
async function query<T extends QueryResultRow>(connectionString: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
