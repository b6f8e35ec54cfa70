import {
  averageCents,
  decodeOrderEvent,
  figureDelta,
  fromCents,
  type OrderEvent,
  ORDERS_TOPIC,
  type Period,
} from '@orderpulse/contracts';
import type { EventLog, LogRecord } from '@orderpulse/event-log';

const PAGE = 1_000;

/** Every record of a topic, partition by partition in offset order, read without any of the product's consumers. */
export async function readTopic(log: EventLog, topic: string): Promise<LogRecord[]> {
  const admin = log.admin();
  const records: LogRecord[] = [];
  for (const { partition, earliest, end } of await admin.bounds(topic)) {
    for (let offset = earliest; offset < end; ) {
      const page = await admin.read(topic, partition, offset, PAGE);
      records.push(...page.records);
      offset = page.nextOffset;
    }
  }
  return records;
}

/** The good events of the orders topic, each event id once: what every figure must be made of. */
export async function readEvents(log: EventLog): Promise<OrderEvent[]> {
  const seen = new Set<string>();
  const events: OrderEvent[] = [];
  for (const record of await readTopic(log, ORDERS_TOPIC)) {
    const decoded = decodeOrderEvent(record.value, record, Date.now());
    if (!decoded.ok || seen.has(decoded.event.event_id)) continue;
    seen.add(decoded.event.event_id);
    events.push(decoded.event);
  }
  return events;
}

/** The six figures of [fromMs, toMs) by plain addition. */
export function periodOf(events: readonly OrderEvent[], fromMs: number, toMs: number): Period {
  const sum = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
  for (const event of events) {
    if (event.event_time_ms < fromMs || event.event_time_ms >= toMs) continue;
    const delta = figureDelta(event);
    sum.orders += delta.orders;
    sum.revenueCents += delta.revenueCents;
    sum.fraud += delta.fraud;
    sum.delivered += delta.delivered;
    sum.refunded += delta.refunded;
  }
  return {
    orders: sum.orders,
    totalRevenue: fromCents(sum.revenueCents),
    avgOrderValue: fromCents(averageCents(sum.revenueCents, sum.orders)),
    fraudCount: sum.fraud,
    deliveredCount: sum.delivered,
    refundedCount: sum.refunded,
  };
}

/** Names with their sums, largest first, ties by name, at most `limit`. */
export function top(sums: ReadonlyMap<string, number>, limit: number): [string, number][] {
  return [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, limit);
}

/** Adds up `amount` per name over the created events of [fromMs, toMs). */
export function sumBy(
  events: readonly OrderEvent[],
  fromMs: number,
  toMs: number,
  namesOf: (event: OrderEvent) => readonly (readonly [string, number])[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const event of events) {
    if (event.event_type !== 'order.created' || event.event_time_ms < fromMs || event.event_time_ms >= toMs) continue;
    for (const [name, amount] of namesOf(event)) sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return sums;
}
