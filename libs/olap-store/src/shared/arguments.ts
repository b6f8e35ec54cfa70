import type { Interval } from '../port';

/** Most rows any query is asked for. */
export const MAX_LIMIT = 10_000;

/** @throws RangeError when a bound is no epoch ms or the interval runs backwards */
export function checkInterval({ fromMs, toMs }: Interval): void {
  checkTime(fromMs, 'fromMs');
  checkTime(toMs, 'toMs');
  if (fromMs > toMs) throw new RangeError(`fromMs ${fromMs} lies after toMs ${toMs}`);
}

/** @throws RangeError when the value is no epoch ms */
export function checkTime(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be epoch ms: ${value}`);
}

/** @throws RangeError when the value is not from 1 to MAX_LIMIT */
export function checkLimit(value: number, name = 'limit'): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > MAX_LIMIT)
    throw new RangeError(`${name} must be a whole number from 1 to ${MAX_LIMIT}: ${value}`);
}

/** The two minutes of the overview: [asOf − 120 s, asOf − 60 s) and [asOf − 60 s, asOf), as one span and its middle. */
export function overviewSpan(asOfMs: number): Interval & { middleMs: number } {
  checkTime(asOfMs, 'asOfMs');
  return { fromMs: Math.max(0, asOfMs - 120_000), middleMs: Math.max(0, asOfMs - 60_000), toMs: asOfMs };
}
