import type { Minute } from '@orderpulse/contracts';
import { changeOf, type Change } from '../format/change';

const MINUTE_MS = 60_000;

/** One minute of the chart. `minute` is null where the answer has no row: an outage, drawn as a break. */
export interface MinutePoint {
  /** Start, epoch ms. */
  startMs: number;
  minute: Minute | null;
}

/**
 * The newest `count` minutes, oldest first, one point each. Rows that are missing between others become breaks: zero
 * would claim that the shop was open and sold nothing.
 */
export function minuteSeries(rows: readonly Minute[], count: number): MinutePoint[] {
  const byStart = new Map(rows.map((row) => [row.timestampMs, row]));
  const newestMs = Math.max(...byStart.keys());
  if (!Number.isFinite(newestMs)) return [];
  const firstMs = newestMs - (count - 1) * MINUTE_MS;
  return Array.from({ length: count }, (_, index) => {
    const startMs = firstMs + index * MINUTE_MS;
    return { startMs, minute: byStart.get(startMs) ?? null };
  });
}

/** The minutes that are over: only they may be compared with each other. */
export function completeMinutes(rows: readonly Minute[]): Minute[] {
  return rows.filter(({ complete }) => complete).sort((left, right) => left.timestampMs - right.timestampMs);
}

/** The minute that is still running; null when the answer has none. */
export function runningMinute(rows: readonly Minute[]): Minute | null {
  return rows.find(({ complete }) => !complete) ?? null;
}

/** Whole seconds of the running minute that have passed at `asOfMs`, 0 to 60. */
export function secondsInto(minute: Minute, asOfMs: number): number {
  return Math.min(60, Math.max(0, Math.floor((asOfMs - minute.timestampMs) / 1000)));
}

export interface LastFullMinute {
  minute: Minute;
  /** Orders against the minute before it. */
  change: Change;
}

/** The newest minute that is over, against the one just before it. The running minute is never part of it. */
export function lastFullMinute(rows: readonly Minute[]): LastFullMinute | null {
  const complete = completeMinutes(rows);
  const minute = complete.at(-1);
  if (!minute) return null;
  const before = complete.find(({ timestampMs }) => timestampMs === minute.timestampMs - MINUTE_MS);
  return { minute, change: changeOf(minute.orders, before?.orders, 'good') };
}
