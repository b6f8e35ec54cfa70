import type { LogRecord } from '@orderpulse/event-log';
import { createHash } from 'node:crypto';

/** What is counted, in whole numbers. */
export interface Sums {
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

/** A window's sums, and how many events are in it. */
export interface WindowSums extends Sums {
  events: number;
}

/** Why a record is a dead letter; the product's own codes. */
export type DeadCode = 'EMPTY_VALUE' | 'TOO_LARGE' | 'BAD_JSON' | 'BAD_SCHEMA' | 'FUTURE_EVENT_TIME';

/** The fields of an order event that figures are made of. */
interface OrderFields {
  event_id: string;
  event_type: string;
  event_time_ms: number;
  revenue_cents: number;
  order_total: unknown;
  fraud_flag?: boolean | string | null;
  delivered?: string | null;
  refunded?: string | null;
}

const SIZE_MS = 60_000;
const ADVANCE_MS = 1_000;
const GRACE_MS = 300_000;
const DEDUPLICATION_MS = 900_000;
const BUCKET_MS = 60_000;
const LARGEST_BYTES = 1_048_576;
const FUTURE_MS = 60_000;
const FORGET_MS = 2 * (SIZE_MS + GRACE_MS);

/**
 * The reference for one partition: reads its records once, front to back, and keeps every window by itself. It follows the
 * meaning of the figures alone and shares no code with the services.
 */
export class PartitionOracle {
  readonly counters = { read: 0, counted: 0, duplicate: 0, late: 0, deadLettered: 0 };
  readonly totals: Sums = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
  /** The largest event time read; −1 before the first. */
  streamTimeMs = -1;
  /** Offsets that were gone before they could be read, above the first that was. */
  gap = 0;
  /** The next offset to read. */
  nextOffset = 0;
  /** What has to stand on the topic of late and on that of dead records, one text a record as `rejectedText` makes it. */
  readonly late: string[] = [];
  readonly dead: string[] = [];
  private readonly windows = new Map<number, WindowSums>();
  private readonly seen = new Map<string, number>();
  private forgottenMs = 0;

  /** Goes on at `offset`, because what lies below it is gone from the topic. */
  skipTo(offset: number): void {
    if (this.counters.read > 0) this.gap += offset - this.nextOffset;
    this.nextOffset = offset;
  }

  /** @param nowMs the wall clock that event times may not be ahead of */
  read(record: LogRecord, nowMs: number): void {
    if (record.offset !== this.nextOffset) throw new Error(`offset ${record.offset} where ${this.nextOffset} is next`);
    this.nextOffset = record.offset + 1;
    this.counters.read++;
    const event = readOrder(record.value, nowMs);
    if (typeof event === 'string') {
      this.dead.push(rejectedText(record, event, record.value));
      this.counters.deadLettered++;
    } else if (this.isDuplicate(event.event_id)) {
      this.counters.duplicate++;
    } else if (this.enter(event)) {
      this.counters.counted++;
      add(this.totals, event);
    } else {
      this.counters.late++;
      this.late.push(rejectedText(record, 'LATE', record.value));
    }
  }

  /** The start of the oldest window that can be asked for; 0 before the first event. */
  get oldestVisibleMs(): number {
    return Math.max(0, floor(this.streamTimeMs, ADVANCE_MS) - SIZE_MS - GRACE_MS + ADVANCE_MS);
  }

  /** The sums of the window that starts at `startMs`; undefined when there is no event in it. */
  window(startMs: number): WindowSums | undefined {
    return this.windows.get(startMs);
  }

  private isDuplicate(eventId: string): boolean {
    const firstMs = this.seen.get(eventId);
    return firstMs !== undefined && floor(firstMs, BUCKET_MS) >= floor(this.streamTimeMs - DEDUPLICATION_MS, BUCKET_MS);
  }

  /** False when every window of the event has closed. */
  private enter(event: OrderFields): boolean {
    const timeMs = event.event_time_ms;
    this.seen.set(event.event_id, timeMs);
    this.streamTimeMs = Math.max(this.streamTimeMs, timeMs);
    this.forget();
    let entered = false;
    for (let startMs = floor(Math.max(0, timeMs - SIZE_MS + ADVANCE_MS), ADVANCE_MS); startMs <= timeMs; startMs += ADVANCE_MS) {
      if (!(startMs + SIZE_MS > this.streamTimeMs - GRACE_MS)) continue;
      entered = true;
      const window = this.windows.get(startMs) ?? { events: 0, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
      window.events++;
      add(window, event);
      this.windows.set(startMs, window);
    }
    return entered;
  }

  /** Windows long closed take memory only. */
  private forget(): void {
    if (this.streamTimeMs - this.forgottenMs < FORGET_MS) return;
    this.forgottenMs = this.streamTimeMs;
    for (const startMs of this.windows.keys()) if (startMs < this.oldestVisibleMs) this.windows.delete(startMs);
  }
}

/** A rejected record in words: where it came from, why, and what it held. */
export function rejectedText(source: { partition: number; offset: number }, code: string, value: Uint8Array | null): string {
  const digest = createHash('sha1').update(value ?? '').digest('hex');
  return `${source.partition}/${source.offset} ${code}, ${value?.length ?? 'no'} bytes, ${digest}`;
}

const floor = (value: number, step: number): number => Math.floor(value / step) * step;

function add(sums: Sums, event: OrderFields): void {
  const isYes = (text: string | null | undefined): boolean => text?.toLowerCase() === 'yes';
  const created = event.event_type === 'order.created';
  if (created) {
    sums.orders++;
    sums.revenueCents += event.revenue_cents;
    if (String(event.fraud_flag).toLowerCase() === 'true') sums.fraud++;
  }
  if (event.event_type === 'order.delivered' || (created && isYes(event.delivered))) sums.delivered++;
  if (event.event_type === 'order.refunded' || (created && isYes(event.refunded))) sums.refunded++;
}

/** The order, or why the record is none. Knows the faults that the feed makes, and no others. */
function readOrder(value: Uint8Array | null, nowMs: number): OrderFields | DeadCode {
  if (value === null || value.length === 0) return 'EMPTY_VALUE';
  if (value.length > LARGEST_BYTES) return 'TOO_LARGE';
  let order: OrderFields;
  try {
    order = JSON.parse(Buffer.from(value).toString('utf8')) as OrderFields;
  } catch (error) {
    if (error instanceof SyntaxError) return 'BAD_JSON';
    throw error;
  }
  if (typeof order.order_total !== 'number' || order.order_total < 0) return 'BAD_SCHEMA';
  return order.event_time_ms > nowMs + FUTURE_MS ? 'FUTURE_EVENT_TIME' : order;
}
