import { decodeOrderEvent, figureDelta, type OrderEvent } from '@orderpulse/contracts';
import type { LogRecord } from '@orderpulse/event-log';

/** What a reference run over one partition's records gives. */
export interface PlainResult {
  counters: { read: number; counted: number; duplicate: number; late: number; deadLettered: number };
  totals: { orders: number; revenueCents: bigint; fraud: number; delivered: number; refunded: number };
  streamTimeMs: number;
  /** Orders and revenue of each visible window that holds an event, by start. */
  windows: Map<number, { orders: number; revenueCents: bigint }>;
  lateOffsets: number[];
  /** Every record as it was read; null for a dead letter. */
  events: (OrderEvent | null)[];
}

/**
 * A reference program: reads the records of one partition once, front to back, without stores, slices or checkpoints, and
 * keeps every window by itself. `deadOffsets` says which records are dead letters.
 */
export function aggregatePlainly(records: readonly LogRecord[], deadOffsets: ReadonlySet<number>): PlainResult {
  const result: PlainResult = {
    counters: { read: 0, counted: 0, duplicate: 0, late: 0, deadLettered: 0 },
    totals: { orders: 0, revenueCents: 0n, fraud: 0, delivered: 0, refunded: 0 },
    streamTimeMs: -1,
    windows: new Map(),
    lateOffsets: [],
    events: [],
  };
  const seen = new Map<string, number>();
  for (const record of records) {
    result.counters.read++;
    if (deadOffsets.has(record.offset)) {
      result.counters.deadLettered++;
      result.events.push(null);
      continue;
    }
    const decoded = decodeOrderEvent(record.value, record, Number.MAX_SAFE_INTEGER - 1_000_000);
    if (!decoded.ok) throw new Error(`offset ${record.offset} is no dead letter, but ${decoded.message}`);
    const { event } = decoded;
    result.events.push(event);
    const firstTimeMs = seen.get(event.event_id);
    if (
      firstTimeMs !== undefined &&
      Math.floor(firstTimeMs / 60_000) >= Math.floor((result.streamTimeMs - 900_000) / 60_000)
    ) {
      result.counters.duplicate++;
      continue;
    }
    seen.set(event.event_id, event.event_time_ms);
    const timeMs = event.event_time_ms;
    result.streamTimeMs = Math.max(result.streamTimeMs, timeMs);
    const delta = figureDelta(event);
    let entered = false;
    for (let startMs = Math.floor(Math.max(0, timeMs - 59_000) / 1_000) * 1_000; startMs <= timeMs; startMs += 1_000) {
      if (startMs + 60_000 <= result.streamTimeMs - 300_000) continue;
      entered = true;
      const window = result.windows.get(startMs) ?? { orders: 0, revenueCents: 0n };
      window.orders += delta.orders;
      window.revenueCents += BigInt(delta.revenueCents);
      result.windows.set(startMs, window);
    }
    if (!entered) {
      result.counters.late++;
      result.lateOffsets.push(record.offset);
      continue;
    }
    result.counters.counted++;
    result.totals.orders += delta.orders;
    result.totals.revenueCents += BigInt(delta.revenueCents);
    result.totals.fraud += delta.fraud;
    result.totals.delivered += delta.delivered;
    result.totals.refunded += delta.refunded;
  }
  for (const startMs of result.windows.keys()) {
    if (startMs <= Math.floor(result.streamTimeMs / 1_000) * 1_000 - 360_000) result.windows.delete(startMs);
  }
  return result;
}
