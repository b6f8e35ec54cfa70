import type { WindowSpec } from '@orderpulse/contracts';

/** Stream time of a partition from which no event has been read yet. */
export const NO_STREAM_TIME = -1;

/** Latest time that can be placed in a slice: 2^47 ms after the epoch, the year 6429. */
export const MAX_TIME_MS = 2 ** 47;

/** Most slices that can be live at once: they are kept in memory, 64 bytes each, for every group and partition. */
export const MAX_LIVE_SLICES = 65_536;

/** One window, half-open: `[startMs, endMs)`. */
export interface WindowBounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** Numbers of windows, both inclusive. */
export interface WindowRange {
  readonly oldest: number;
  readonly newest: number;
}

/** A window specification that cannot be computed with slices. */
export class InvalidWindowsError extends Error {
  readonly code = 'invalid-windows';
  readonly retriable = false;

  /** @param field the length of the specification that is wrong */
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** A time that no slice can take: negative, not whole, or above MAX_TIME_MS. */
export class InvalidTimeError extends RangeError {
  readonly code = 'BAD_EVENT_TIME';
  readonly retriable = false;
}

/**
 * An immutable family of windows over event time, with Kafka Streams' per-window lateness: a record is taken for a window
 * iff the window's end lies after stream time less grace (strictly).
 *
 * - A slice is a span of event time, `[n·sliceMs, (n+1)·sliceMs)`; every window is a run of whole slices, and its figures are
 *   the sum of theirs.
 * - A slice is live while the window that ends last of those that contain it is open. So "a record enters no window" equals
 *   "its slice is not live", and one addition to one slice stands for all windows of a record.
 * - A record that is late for some of its windows only changes the sums of the closed ones as well; but a window is visible
 *   exactly as long as it is open, and stream time never goes back, so a visible window was open for every record in its
 *   slices: its sum is what the per-window rule gives.
 *
 * A window is numbered by the slice that tells it from its neighbours: see the families.
 */
export abstract class WindowFamily {
  abstract readonly spec: WindowSpec;

  /**
   * @param sliceMs length of a slice
   * @param sizeMs length of the longest window
   * @param graceMs how long after its end, in stream time, a window takes records
   * @param liveSlices most slices that can be live at or below stream time
   */
  protected constructor(
    readonly sliceMs: number,
    readonly sizeMs: number,
    readonly graceMs: number,
    readonly liveSlices: number,
  ) {}

  /** First slice of a window; 0 for one that begins before the epoch. */
  abstract firstSliceOf(window: number): number;

  /** The slice after the last one of a window; 0 for one that ends at the epoch or before. */
  abstract endSliceOf(window: number): number;

  /** The window that ends at the last slice boundary at or before `timeMs`; of several, the longest. */
  abstract windowEndingAt(timeMs: number): number;

  /** The oldest live slice. Every slice below it has expired. */
  abstract firstLiveSlice(streamTimeMs: number): number;

  /** The visible windows that may hold something: from the oldest open one to the last that contains stream time; undefined before the first event. */
  abstract visibleWindows(streamTimeMs: number): WindowRange | undefined;

  /** The slice a time belongs to. @throws InvalidTimeError */
  sliceOf(timeMs: number): number {
    checkTime(timeMs);
    return Math.floor(timeMs / this.sliceMs);
  }

  /** The last slice boundary at or before a time. */
  alignDown(timeMs: number): number {
    return Math.floor(timeMs / this.sliceMs) * this.sliceMs;
  }

  /** Bounds of a window; what lies before the epoch is cut off. */
  boundsOf(window: number): WindowBounds {
    return { startMs: this.firstSliceOf(window) * this.sliceMs, endMs: this.endSliceOf(window) * this.sliceMs };
  }

  /** True while records may enter the window, which is exactly as long as it is visible. One without any slice always is. */
  isOpen(window: number, streamTimeMs: number): boolean {
    const endSlice = this.endSliceOf(window);
    return endSlice === 0 || endSlice * this.sliceMs > streamTimeMs - this.graceMs;
  }

  /** True when a record of this event time enters no window at all. Stream time includes the record itself. */
  isLate(eventTimeMs: number, streamTimeMs: number): boolean {
    return this.sliceOf(eventTimeMs) < this.firstLiveSlice(streamTimeMs);
  }
}

/** @throws InvalidTimeError for a time that no slice can take */
export function checkTime(timeMs: number): void {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > MAX_TIME_MS)
    throw new InvalidTimeError(`a time must be a whole number of ms from 0 to ${MAX_TIME_MS}, got ${timeMs}`);
}

/** @throws InvalidWindowsError unless every length is a whole number of ms and at least `least` */
export function checkLengths(lengths: Readonly<Record<string, number>>, least: Readonly<Record<string, number>>): void {
  for (const [field, value] of Object.entries(lengths)) {
    if (!Number.isSafeInteger(value))
      throw new InvalidWindowsError(field, `${field} must be a whole number of ms, got ${value}`);
    const bound = least[field] ?? 1;
    if (value < bound) throw new InvalidWindowsError(field, `${field} must be at least ${bound}, got ${value}`);
  }
}

/** @throws InvalidWindowsError unless `value` is a whole multiple of `unit` */
export function checkMultiple(field: string, value: number, unitField: string, unit: number): void {
  if (value % unit !== 0)
    throw new InvalidWindowsError(field, `${field} ${value} must be a multiple of ${unitField} ${unit}`);
}

/** @throws InvalidWindowsError when more slices would be live than a store takes */
export function checkLiveSlices(field: string, liveSlices: number): void {
  if (liveSlices > MAX_LIVE_SLICES)
    throw new InvalidWindowsError(
      field,
      `the windows need ${liveSlices} slices at once, and a store keeps at most ${MAX_LIVE_SLICES}: choose a longer advance or step, or a shorter size or grace`,
    );
}
