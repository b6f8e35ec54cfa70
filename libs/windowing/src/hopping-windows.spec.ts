import { HoppingWindows, InvalidWindowsError } from './hopping-windows';

const windows = new HoppingWindows();

describe('HoppingWindows', () => {
  it('is 60 s long, advances by 1 s and grants 5 min of grace unless told otherwise', () => {
    expect(windows).toMatchObject({
      sizeMs: 60_000,
      advanceMs: 1_000,
      graceMs: 300_000,
      slicesPerWindow: 60,
      liveSlices: 360,
    });
  });

  it.each([
    [{ sizeMs: 0, advanceMs: 1_000, graceMs: 0 }, 'sizeMs 0 must be at least advanceMs'],
    [{ sizeMs: 1_000, advanceMs: 0, graceMs: 0 }, 'advanceMs must be positive'],
    [{ sizeMs: 1_000, advanceMs: -1, graceMs: 0 }, 'advanceMs must be positive'],
    [{ sizeMs: 1_000, advanceMs: 2_000, graceMs: 0 }, 'at least advanceMs'],
    [{ sizeMs: 1_500, advanceMs: 1_000, graceMs: 0 }, 'sizeMs 1500 must be a multiple'],
    [{ sizeMs: 1_000, advanceMs: 1_000, graceMs: -1_000 }, 'graceMs must not be negative'],
    [{ sizeMs: 1_000, advanceMs: 1_000, graceMs: 1_500 }, 'graceMs 1500 must be a multiple'],
    [{ sizeMs: 1_000.5, advanceMs: 1_000, graceMs: 0 }, 'whole number of ms'],
    [{ sizeMs: 1_000, advanceMs: Number.NaN, graceMs: 0 }, 'whole number of ms'],
  ])('refuses %j', (spec, message) => {
    expect(() => new HoppingWindows(spec)).toThrow(InvalidWindowsError);
    expect(() => new HoppingWindows(spec)).toThrow(message);
  });

  it('cannot be changed once made', () => {
    expect(() => Object.assign(windows, { sizeMs: 1 })).toThrow(TypeError);
  });

  it.each([
    [0, 0, 0],
    [999, 0, 0],
    [1_000, 0, 1_000],
    [59_999, 0, 59_000],
    [60_000, 1_000, 60_000],
    [60_999, 1_000, 60_000],
    [61_000, 2_000, 61_000],
  ])('puts a record at %i ms into the windows that start from %i to %i', (timeMs, firstMs, lastMs) => {
    expect(windows.startsContaining(timeMs)).toEqual({ firstMs, lastMs });
  });

  it('keeps a window open until stream time less grace has reached its end, strictly', () => {
    expect(windows.isOpen(0, 359_999)).toBe(true);
    expect(windows.isOpen(0, 360_000)).toBe(false);
  });

  it('calls a record late exactly when its newest window has closed', () => {
    expect(windows.isLate(0, 359_999)).toBe(false);
    expect(windows.isLate(999, 360_000)).toBe(true);
    expect(windows.isLate(1_000, 360_999)).toBe(false);
    expect(windows.isLate(1_999, 361_000)).toBe(true);
  });

  it('shows a window exactly as long as it is open, and its newest slice is live exactly then', () => {
    for (let streamTimeMs = 355_000; streamTimeMs < 366_000; streamTimeMs += 1) {
      for (let startMs = 0; startMs <= 10_000; startMs += 1_000) {
        const open = windows.isOpen(startMs, streamTimeMs);
        if (
          windows.isVisible(startMs, streamTimeMs) !== open ||
          windows.sliceOf(startMs) >= windows.firstLiveSlice(streamTimeMs) !== open
        ) {
          throw new Error(`window ${startMs} at stream time ${streamTimeMs}`);
        }
      }
    }
  });

  it('has visible windows from the oldest open one to the one that stream time has reached, and none before the first event', () => {
    expect(windows.visibleStarts(-1)).toBeUndefined();
    expect(windows.visibleStarts(1_500)).toEqual({ oldestMs: 0, newestMs: 1_000 });
    expect(windows.visibleStarts(400_500)).toEqual({ oldestMs: 41_000, newestMs: 400_000 });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 47 + 1])('refuses the time %d', (timeMs) => {
    expect(() => windows.sliceOf(timeMs)).toThrow(RangeError);
  });

  it.each([-1_000, 1, 1_500])('has no window that starts at %d', (startMs) => {
    expect(() => windows.windowAt(startMs)).toThrow(RangeError);
  });
});
