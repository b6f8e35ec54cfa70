import { figureDelta, type OrderEvent } from '@orderpulse/contracts';

/** Half a surrogate pair: JSON can carry one, UTF-8 cannot. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A text as PostgreSQL can hold it: what JSON allows and a UTF-8 database does not becomes the replacement character. */
export function pgText(text: string | null | undefined): string {
  return text?.replaceAll('\u0000', '\ufffd').replace(LONE_SURROGATE, '\ufffd') ?? '';
}

/** A one-dimensional array as PostgreSQL writes it. unnest of parallel arrays cannot carry arrays as elements. */
export function arrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => (typeof value === 'number' ? value : `"${pgText(value).replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;
}

/** An event's values for order_events, in the order of the insert's columns. */
export function eventRow(event: OrderEvent): unknown[] {
  const delta = figureDelta(event);
  return [
    pgText(event.event_id),
    event.event_type,
    pgText(event.order_id),
    event.event_time_ms,
    delta.orders,
    delta.revenueCents,
    delta.fraud,
    delta.delivered,
    delta.refunded,
    pgText(event.customer.city),
    pgText(event.customer.state),
    arrayLiteral((event.coupon_codes ?? []).map(({ name }) => name)),
  ];
}

/** Values for orders; `createdTimeMs` is the event time of the order's first event in hand. */
export function orderRow(event: OrderEvent, createdTimeMs: number): unknown[] {
  return [
    pgText(event.order_id),
    event.order_version,
    event.event_type === 'order.deleted',
    createdTimeMs,
    event.event_time_ms,
    pgText(event.customer.customer_id),
    pgText(event.currency),
    event.order_total,
    arrayLiteral(event.line_items.map(({ quantity }) => quantity)),
  ];
}

/** A created event's values for order_lines, one row a line item; none for other events. */
export function lineRows(event: OrderEvent): unknown[][] {
  if (event.event_type !== 'order.created') return [];
  return event.line_items.map(({ product, quantity }) => [
    pgText(event.order_id),
    event.event_time_ms,
    pgText(product.product_id),
    pgText(product.name),
    pgText(product.category),
    quantity,
  ]);
}

/** Rows turned into one array a column, which is what unnest takes: one statement however many rows. */
export function columns(rows: readonly (readonly unknown[])[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, index) => rows.map((row) => row[index]));
}
