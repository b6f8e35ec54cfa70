import type { WindowSpec } from '@orderpulse/contracts';
import {
  checkLengths,
  checkLiveSlices,
  checkMultiple,
  InvalidWindowsError,
  WindowFamily,
  type WindowRange,
} from './window-family';

type CumulativeSpec = Extract<WindowSpec, { type: 'cumulative' }>;

/** A day of UTC, in ms: event time has no leap seconds and no summer time. */
export const DAY_MS = 86_400_000;

/**
 * Day-to-date windows: `[midnight, midnight + k·step)` of every day of UTC, k = 1 ... 24 h / step. A record belongs to the
 * window of its own step and to all later ones of its day.
 *
 * A slice is one step long. The window that ends last of those that contain a slice is the whole day, so the slices of a
 * day stay live, all of them, until the day has been over for the grace; the shorter windows close and vanish one by one
 * before. A window's number is that of its last slice.
 */
export class CumulativeWindows extends WindowFamily {
  private readonly slicesPerDay: number;

  /** @throws InvalidWindowsError unless the step divides a day, 0 ≤ grace is a multiple of the step, and a store has room */
  constructor(readonly spec: CumulativeSpec) {
    const { stepMs, graceMs } = spec;
    checkLengths({ stepMs, graceMs }, { graceMs: 0 });
    if (DAY_MS % stepMs !== 0)
      throw new InvalidWindowsError('stepMs', `stepMs ${stepMs} must divide a day of ${DAY_MS} ms`);
    checkMultiple('graceMs', graceMs, 'stepMs', stepMs);
    const slicesPerDay = DAY_MS / stepMs;
    // The day of stream time, and the days that ended within the grace.
    const liveSlices = (Math.ceil(graceMs / DAY_MS) + 1) * slicesPerDay;
    checkLiveSlices('stepMs', liveSlices);
    super(stepMs, DAY_MS, graceMs, liveSlices);
    this.slicesPerDay = slicesPerDay;
    Object.freeze(this);
  }

  override firstSliceOf(window: number): number {
    return Math.max(0, Math.floor(window / this.slicesPerDay) * this.slicesPerDay);
  }

  override endSliceOf(window: number): number {
    return window >= 0 ? window + 1 : 0;
  }

  override windowEndingAt(timeMs: number): number {
    return Math.floor(timeMs / this.sliceMs) - 1;
  }

  override firstLiveSlice(streamTimeMs: number): number {
    return Math.max(0, Math.floor((streamTimeMs - this.graceMs) / DAY_MS)) * this.slicesPerDay;
  }

  override visibleWindows(streamTimeMs: number): WindowRange | undefined {
    if (streamTimeMs < 0) return undefined;
    return {
      oldest: Math.max(0, Math.floor((streamTimeMs - this.graceMs) / this.sliceMs)),
      newest: (Math.floor(streamTimeMs / DAY_MS) + 1) * this.slicesPerDay - 1,
    };
  }
}
