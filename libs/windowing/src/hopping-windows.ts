/** Stream time of a partition from which no event has been read yet. */
export const NO_STREAM_TIME = -1;

/** Latest time that can be placed in a slice: 2^47 ms after the epoch, the year 6429. */
export const MAX_TIME_MS = 2 ** 47;

/** The three lengths of a family of hopping windows, in ms. */
export interface HoppingWindowsSpec {
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
}

/** One window, half-open: `[startMs, endMs)`. */
export interface WindowBounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** A window specification that cannot be computed with slices. */
export class InvalidWindowsError extends Error {
  readonly code = 'invalid-windows';
  readonly retriable = false;
}

/** A time that no slice can take: negative, not whole, or above MAX_TIME_MS. */
export class InvalidTimeError extends RangeError {
  readonly code = 'BAD_EVENT_TIME';
  readonly retriable = false;
}

/**
 * An immutable family of hopping windows aligned to the epoch: `[k·advance, k·advance + size)` for k = 0, 1, 2, ...
 * with Kafka Streams' per-window lateness (`TimeWindows.ofSizeAndGrace(size, grace).advanceBy(advance)`).
 *
 * A slice is one advance long. Because size and grace are whole multiples of the advance
 * - every window is a whole number of consecutive slices,
 * - a slice's newest window starts with the slice itself, so "a record enters no window" equals "its slice has expired",
 * - a window is visible exactly as long as it is open, so no visible window lacks or has too much of anything.
 */
export class HoppingWindows implements HoppingWindowsSpec {
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
  /** Slices that make up one window. */
  readonly slicesPerWindow: number;
  /** Most slices that can be live (belong to an open window) at or below stream time. */
  readonly liveSlices: number;

  /** @throws InvalidWindowsError unless 0 < advance ≤ size, 0 ≤ grace, and size and grace are multiples of the advance (whole ms). */
  constructor(spec: HoppingWindowsSpec = { sizeMs: 60_000, advanceMs: 1_000, graceMs: 300_000 }) {
    const { sizeMs, advanceMs, graceMs } = spec;
    for (const [name, value] of Object.entries({ sizeMs, advanceMs, graceMs })) {
      if (!Number.isSafeInteger(value))
        throw new InvalidWindowsError(`${name} must be a whole number of ms, got ${value}`);
    }
    if (advanceMs <= 0) throw new InvalidWindowsError(`advanceMs must be positive, got ${advanceMs}`);
    if (sizeMs < advanceMs) throw new InvalidWindowsError(`sizeMs ${sizeMs} must be at least advanceMs ${advanceMs}`);
    if (sizeMs % advanceMs !== 0)
      throw new InvalidWindowsError(`sizeMs ${sizeMs} must be a multiple of advanceMs ${advanceMs}`);
    if (graceMs < 0) throw new InvalidWindowsError(`graceMs must not be negative, got ${graceMs}`);
    if (graceMs % advanceMs !== 0)
      throw new InvalidWindowsError(`graceMs ${graceMs} must be a multiple of advanceMs ${advanceMs}`);
    this.sizeMs = sizeMs;
    this.advanceMs = advanceMs;
    this.graceMs = graceMs;
    this.slicesPerWindow = sizeMs / advanceMs;
    this.liveSlices = (sizeMs + graceMs) / advanceMs;
    Object.freeze(this);
  }

  /** The slice a time belongs to: slice n covers `[n·advance, (n+1)·advance)`. @throws InvalidTimeError */
  sliceOf(timeMs: number): number {
    if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > MAX_TIME_MS) {
      throw new InvalidTimeError(`a time must be a whole number of ms from 0 to ${MAX_TIME_MS}, got ${timeMs}`);
    }
    return Math.floor(timeMs / this.advanceMs);
  }

  /** The largest window start that is not after `timeMs`. */
  alignDown(timeMs: number): number {
    return Math.floor(timeMs / this.advanceMs) * this.advanceMs;
  }

  /** True when a window of this family starts at `startMs`. */
  isStart(startMs: number): boolean {
    return Number.isSafeInteger(startMs) && startMs >= 0 && startMs % this.advanceMs === 0;
  }

  /** Bounds of the window that starts at `startMs`. @throws RangeError when none starts there. */
  windowAt(startMs: number): WindowBounds {
    if (!this.isStart(startMs))
      throw new RangeError(`no window starts at ${startMs}: starts are multiples of ${this.advanceMs} ms from 0`);
    return { startMs, endMs: startMs + this.sizeMs };
  }

  /** First and last start (both inclusive) of the windows that contain `timeMs`. */
  startsContaining(timeMs: number): { firstMs: number; lastMs: number } {
    return {
      firstMs: this.alignDown(Math.max(0, timeMs - this.sizeMs + this.advanceMs)),
      lastMs: this.alignDown(timeMs),
    };
  }

  /** The per-window rule: a record may still enter the window iff its end lies after stream time less grace (strictly). */
  isOpen(startMs: number, streamTimeMs: number): boolean {
    return startMs + this.sizeMs > streamTimeMs - this.graceMs;
  }

  /** True when a record of this event time enters no window at all. Stream time includes the record itself. */
  isLate(eventTimeMs: number, streamTimeMs: number): boolean {
    return !this.isOpen(this.alignDown(eventTimeMs), streamTimeMs);
  }

  /** True for `start > maxWindowStart − (size + grace)`: windows that have both closed and expired are invisible. */
  isVisible(startMs: number, streamTimeMs: number): boolean {
    return startMs > this.alignDown(streamTimeMs) - (this.sizeMs + this.graceMs);
  }

  /** Starts of the oldest and newest visible window (both inclusive) that stream time has reached; undefined before the first event. */
  visibleStarts(streamTimeMs: number): { oldestMs: number; newestMs: number } | undefined {
    if (streamTimeMs < 0) return undefined;
    return { oldestMs: this.firstLiveSlice(streamTimeMs) * this.advanceMs, newestMs: this.alignDown(streamTimeMs) };
  }

  /** The oldest slice that some visible window contains. Every slice below it has expired. */
  firstLiveSlice(streamTimeMs: number): number {
    if (streamTimeMs < 0) return 0;
    return Math.max(0, Math.floor(streamTimeMs / this.advanceMs) - this.liveSlices + 1);
  }

  /** True when both have the same lengths. */
  equals(other: HoppingWindowsSpec): boolean {
    return this.sizeMs === other.sizeMs && this.advanceMs === other.advanceMs && this.graceMs === other.graceMs;
  }
}
