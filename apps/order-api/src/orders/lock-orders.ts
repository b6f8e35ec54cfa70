import type { Sql } from '../database/sql';
import type { OrderEntity } from './order.entity';

const SELECT_ORDERS = `
  SELECT order_id AS "orderId", version, status, created_at_ms AS "createdAtMs", plan, next_due_ms AS "nextDueMs", document
  FROM shop.orders`;

/** The stored order, locked to the end of the transaction; undefined when there is none. */
export async function lockOrder(sql: Sql, orderId: string): Promise<OrderEntity | undefined> {
  const { rows } = await sql.run<OrderEntity>(`${SELECT_ORDERS} WHERE order_id = $1 FOR UPDATE`, [orderId]);
  return rows[0];
}

/** Orders whose next step is due at `untilMs` (inclusive, epoch ms), the longest due first, locked as by lockOrder. */
export async function lockDueOrders(sql: Sql, untilMs: number, limit: number): Promise<OrderEntity[]> {
  const text = `${SELECT_ORDERS} WHERE next_due_ms <= $1 ORDER BY next_due_ms, order_id LIMIT $2 FOR UPDATE`;
  const { rows } = await sql.run<OrderEntity>(text, [untilMs, limit]);
  return rows;
}
