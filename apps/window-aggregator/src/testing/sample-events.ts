import type { OrderEvent } from '@orderpulse/contracts';
import type { NewRecord } from '@orderpulse/event-log';
import { type Random } from './random';

export const BASE_MS = 1_700_000_000_000;

/** A small valid event. */
export function sampleEvent(overrides: Partial<OrderEvent> = {}): OrderEvent {
  return {
    order_id: 'order-1',
    customer: { customer_id: 'customer-1' },
    line_items: [],
    order_total: 12.34,
    timestamp: new Date(BASE_MS).toISOString(),
    delivered: 'no',
    refunded: 'no',
    fraud_flag: false,
    event_id: 'event-1',
    event_type: 'order.created',
    event_time_ms: BASE_MS,
    order_version: 1,
    revenue_cents: 1234,
    ...overrides,
  };
}

/** The event as a record for the topic. */
export function toRecord(event: OrderEvent, partition = 0): NewRecord {
  return {
    partition,
    key: event.order_id,
    value: Buffer.from(JSON.stringify(event)),
    timestampMs: event.event_time_ms,
  };
}

const TYPES = [
  'order.created',
  'order.created',
  'order.created',
  'order.updated',
  'order.delivered',
  'order.refunded',
  'order.deleted',
] as const;

const line = (category: string) => ({ product: { product_id: 'p', name: 'p', category, price: 1 }, quantity: 1 });
const LINES = [[], [line('Toys')], [line('Books'), line('Toys'), line('Books')]];

/** `count` records of one partition: out of order, late, repeated, foreign, unreadable, and some from the near future. */
export function randomRecords(random: Random, partition: number, count: number): NewRecord[] {
  const records: NewRecord[] = [];
  let streamMs = BASE_MS + random.below(5_000);
  for (let n = 0; n < count; n++) {
    streamMs += random.oneIn(20) ? random.below(400_000) : random.below(3_000);
    records.push(randomRecord(random, partition, n, streamMs, records));
  }
  return records;
}

function randomRecord(
  random: Random,
  partition: number,
  n: number,
  streamMs: number,
  before: readonly NewRecord[],
): NewRecord {
  if (before.length > 0 && random.oneIn(10)) return random.pick(before);
  const timeMs = random.oneIn(5) ? Math.max(0, streamMs - random.below(500_000)) : streamMs - random.below(2_000);
  const event = sampleEvent({
    order_id: `order-${partition}-${random.below(count(n))}`,
    event_id: `event-${partition}-${n}`,
    event_type: random.pick(TYPES),
    event_time_ms: timeMs,
    revenue_cents: random.below(1_000_000_000),
    fraud_flag: random.pick([true, false, 'TRUE', 'false']),
    delivered: random.pick(['yes', 'no', 'YES']),
    refunded: random.pick(['yes', 'no']),
    customer: { customer_id: 'customer-1', state: random.pick(['CA', 'NY', null]) },
    line_items: random.pick(LINES),
  });
  const kind = random.below(30);
  if (kind === 0) return { ...toRecord(event, partition), value: Buffer.from('{"order_id":') };
  if (kind === 1) return { ...toRecord(event, partition), value: null };
  if (kind === 2) return toRecord({ ...event, revenue_cents: -5 }, partition);
  if (kind === 3) return toRecord({ ...event, event_time_ms: FUTURE_MS + random.below(60_000) }, partition);
  if (kind === 4) return foreign(event, partition);
  return toRecord(event, partition);
}

/** Around here events lie in the future of a clock that starts a minute before it, and may be in its past after a crash. */
export const FUTURE_MS = BASE_MS + 40_000_000;

function foreign(event: OrderEvent, partition: number): NewRecord {
  const {
    event_type: _type,
    event_id: _id,
    event_time_ms: timestampMs,
    order_version: _version,
    revenue_cents: _cents,
    ...order
  } = event;
  return { partition, key: event.order_id, value: Buffer.from(JSON.stringify(order)), timestampMs };
}

function count(n: number): number {
  return Math.max(1, Math.floor(n / 2));
}
