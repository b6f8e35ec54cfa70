import { arrivalGapMs, MIN_STEP_DELAY_MS } from './simulation/simulated-order';

/** Bounds of one transaction of the shop. */
export const MAX_ORDERS_PER_SLICE = 250;
export const MAX_STEPS_PER_SLICE = 250;
/** Shorter than the time between two steps, so that no order has two versions in one slice. */
export const MAX_SLICE_MS = MIN_STEP_DELAY_MS * 0.75;

/** The new orders of a slice of shop time (fromMs, toMs]. */
export interface ArrivalSlice {
  /** Epoch ms, inclusive. */
  toMs: number;
  /** Consecutive order numbers and their times, not before the slice's begin, in order; times are not rounded. */
  arrivals: { index: number; atMs: number }[];
  /** The first order after the slice. */
  nextIndex: number;
  nextArrivalMs: number;
}

export interface SliceInput {
  seed: number;
  fromMs: number;
  /** The wall clock: no slice ends after it. */
  nowMs: number;
  nextIndex: number;
  nextArrivalMs: number;
  /** Orders a second at a moment of shop time. */
  rateAt: (timeMs: number) => number;
}

/**
 * Cuts the next slice of shop time: at most 15 s and 250 orders, never past the clock. Orders come at the same times
 * however the slices are cut.
 */
export function cutSlice(input: SliceInput): ArrivalSlice {
  const arrivals: ArrivalSlice['arrivals'] = [];
  let { nextIndex, nextArrivalMs } = input;
  let toMs = Math.min(input.nowMs, input.fromMs + MAX_SLICE_MS);
  while (Math.floor(nextArrivalMs) <= toMs) {
    arrivals.push({ index: nextIndex, atMs: nextArrivalMs });
    nextIndex += 1;
    nextArrivalMs += arrivalGapMs(input.seed, nextIndex, input.rateAt(nextArrivalMs));
    if (arrivals.length === MAX_ORDERS_PER_SLICE) toMs = Math.min(toMs, Math.floor(nextArrivalMs) - 1);
  }
  return { toMs: Math.max(toMs, lastTime(arrivals, input.fromMs)), arrivals, nextIndex, nextArrivalMs };
}

/** The part of a slice up to `toMs` (inclusive). */
export function shorten(slice: ArrivalSlice, toMs: number): ArrivalSlice {
  const kept = slice.arrivals.filter((arrival) => Math.floor(arrival.atMs) <= toMs);
  const next = slice.arrivals[kept.length];
  if (!next) return { ...slice, toMs };
  return { toMs, arrivals: kept, nextIndex: next.index, nextArrivalMs: next.atMs };
}

function lastTime(arrivals: ArrivalSlice['arrivals'], fallbackMs: number): number {
  const last = arrivals.at(-1);
  return last ? Math.floor(last.atMs) : fallbackMs;
}
