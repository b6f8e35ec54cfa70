import type { WindowSpec } from '@orderpulse/contracts';
import {
  checkLengths,
  checkLiveSlices,
  checkMultiple,
  InvalidWindowsError,
  WindowFamily,
  type WindowRange,
} from './window-family';

type HoppingSpec = Extract<WindowSpec, { type: 'hopping' | 'tumbling' }>;

/**
 * Hopping windows aligned to the epoch: `[k·advance, k·advance + size)` for k = 0, 1, 2, ... as Kafka Streams'
 * `TimeWindows.ofSizeAndGrace(size, grace).advanceBy(advance)`. Tumbling windows are those that advance by their size.
 *
 * A slice is one advance long, and size and grace are whole multiples of it. A window's number is that of its first slice.
 */
export class HoppingWindows extends WindowFamily {
  readonly advanceMs: number;
  private readonly slicesPerWindow: number;

  /** @throws InvalidWindowsError unless 0 < advance ≤ size, 0 ≤ grace, size and grace are multiples of the advance, and a store has room */
  constructor(readonly spec: HoppingSpec) {
    const { sizeMs, graceMs } = spec;
    const advanceMs = spec.type === 'hopping' ? spec.advanceMs : sizeMs;
    const advanceField = spec.type === 'hopping' ? 'advanceMs' : 'sizeMs';
    checkLengths({ sizeMs, [advanceField]: advanceMs, graceMs }, { graceMs: 0 });
    if (sizeMs < advanceMs)
      throw new InvalidWindowsError('advanceMs', `advanceMs ${advanceMs} must not be above sizeMs ${sizeMs}`);
    checkMultiple('sizeMs', sizeMs, advanceField, advanceMs);
    checkMultiple('graceMs', graceMs, advanceField, advanceMs);
    const liveSlices = (sizeMs + graceMs) / advanceMs;
    checkLiveSlices(advanceField, liveSlices);
    super(advanceMs, sizeMs, graceMs, liveSlices);
    this.advanceMs = advanceMs;
    this.slicesPerWindow = sizeMs / advanceMs;
    Object.freeze(this);
  }

  override firstSliceOf(window: number): number {
    return window > 0 ? window : 0;
  }

  override endSliceOf(window: number): number {
    const end = window + this.slicesPerWindow;
    return end > 0 ? end : 0;
  }

  override windowEndingAt(timeMs: number): number {
    return Math.floor(timeMs / this.sliceMs) - this.slicesPerWindow;
  }

  override firstLiveSlice(streamTimeMs: number): number {
    if (streamTimeMs < 0) return 0;
    // A slice's last window starts with the slice itself.
    return Math.max(0, Math.floor(streamTimeMs / this.sliceMs) - this.liveSlices + 1);
  }

  override visibleWindows(streamTimeMs: number): WindowRange | undefined {
    if (streamTimeMs < 0) return undefined;
    return { oldest: this.firstLiveSlice(streamTimeMs), newest: Math.floor(streamTimeMs / this.sliceMs) };
  }
}
