import { HoppingWindows } from './hopping-windows';
import { DEFAULT_STORE } from './window-stores';

const windows = DEFAULT_STORE.windows;
const startsOf = (timeMs: number) => {
  const starts: number[] = [];
  for (let startMs = 0; startMs <= timeMs; startMs += 1_000) if (timeMs < startMs + 60_000) starts.push(startMs);
  return starts;
};

describe('HoppingWindows', () => {
  it('are 60 s long, advance by 1 s and have 5 min of grace in the default store', () => {
    expect(windows).toMatchObject({
      sizeMs: 60_000,
      advanceMs: 1_000,
      sliceMs: 1_000,
      graceMs: 300_000,
      liveSlices: 360,
    });
  });

  it('cannot be changed once made', () => {
    expect(() => Object.assign(windows, { sizeMs: 1 })).toThrow(TypeError);
  });

  it.each([0, 999, 1_000, 59_999, 60_000, 60_999, 61_000, 500_500])(
    'have the slice of %i ms in exactly the windows that contain it, whose starts are their numbers',
    (timeMs) => {
      const slice = windows.sliceOf(timeMs);
      const containing: number[] = [];
      for (let window = 0; window <= slice + 1; window++) {
        const { startMs, endMs } = windows.boundsOf(window);
        expect([startMs, endMs]).toEqual([window * 1_000, window * 1_000 + 60_000]);
        if (windows.firstSliceOf(window) <= slice && slice < windows.endSliceOf(window)) containing.push(startMs);
      }
      expect(containing).toEqual(startsOf(timeMs));
    },
  );

  it('keep a window open until stream time less grace has reached its end, strictly', () => {
    expect(windows.isOpen(0, 359_999)).toBe(true);
    expect(windows.isOpen(0, 360_000)).toBe(false);
  });

  it('call a record late exactly when its newest window has closed', () => {
    expect(windows.isLate(0, 359_999)).toBe(false);
    expect(windows.isLate(999, 360_000)).toBe(true);
    expect(windows.isLate(1_000, 360_999)).toBe(false);
    expect(windows.isLate(1_999, 361_000)).toBe(true);
  });

  it('show a window by the rule of Kafka Streams exactly as long as it is open, and its first slice is live exactly then', () => {
    for (let streamTimeMs = 355_000; streamTimeMs < 366_000; streamTimeMs += 1) {
      for (let startMs = 0; startMs <= 10_000; startMs += 1_000) {
        const open = windows.isOpen(startMs / 1_000, streamTimeMs);
        const visible = startMs > Math.floor(streamTimeMs / 1_000) * 1_000 - 360_000;
        if (visible !== open || startMs / 1_000 >= windows.firstLiveSlice(streamTimeMs) !== open)
          throw new Error(`window ${startMs} at stream time ${streamTimeMs}`);
      }
    }
  });

  it('have visible windows from the oldest open one to the one that stream time has reached, and none before the first event', () => {
    expect(windows.visibleWindows(-1)).toBeUndefined();
    expect(windows.visibleWindows(1_500)).toEqual({ oldest: 0, newest: 1 });
    expect(windows.visibleWindows(400_500)).toEqual({ oldest: 41, newest: 400 });
  });

  it('end at a time that is floored to the advance, and are cut at the epoch', () => {
    expect(windows.boundsOf(windows.windowEndingAt(100_999))).toEqual({ startMs: 40_000, endMs: 100_000 });
    expect(windows.boundsOf(windows.windowEndingAt(20_000))).toEqual({ startMs: 0, endMs: 20_000 });
    expect(windows.boundsOf(windows.windowEndingAt(-20_000))).toEqual({ startMs: 0, endMs: 0 });
  });

  it('tumble when they advance by their size', () => {
    const tumbling = new HoppingWindows({ type: 'tumbling', sizeMs: 60_000, graceMs: 120_000 });
    expect(tumbling).toMatchObject({ sliceMs: 60_000, advanceMs: 60_000, liveSlices: 3 });
    expect(tumbling.boundsOf(tumbling.sliceOf(119_999))).toEqual({ startMs: 60_000, endMs: 120_000 });
    expect([tumbling.isLate(59_999, 179_999), tumbling.isLate(59_999, 180_000)]).toEqual([false, true]);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 47 + 1])('refuse the time %d', (timeMs) => {
    expect(() => windows.sliceOf(timeMs)).toThrow(RangeError);
  });
});
