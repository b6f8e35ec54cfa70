import { CumulativeWindows, DAY_MS } from './cumulative-windows';

const HOUR = 3_600_000;
const hourly = new CumulativeWindows({ type: 'cumulative', stepMs: HOUR, graceMs: 2 * HOUR });
const DAY = 19_700 * DAY_MS;

describe('CumulativeWindows', () => {
  it('begin at midnight UTC and grow by a step, up to the whole day', () => {
    const first = DAY / HOUR;
    expect(hourly.boundsOf(first)).toEqual({ startMs: DAY, endMs: DAY + HOUR });
    expect(hourly.boundsOf(first + 9)).toEqual({ startMs: DAY, endMs: DAY + 10 * HOUR });
    expect(hourly.boundsOf(first + 23)).toEqual({ startMs: DAY, endMs: DAY + DAY_MS });
    expect(hourly.boundsOf(first + 24)).toEqual({ startMs: DAY + DAY_MS, endMs: DAY + DAY_MS + HOUR });
  });

  it('close one by one, each when stream time less grace has reached its end', () => {
    const atTen = hourly.windowEndingAt(DAY + 10 * HOUR);
    expect(hourly.isOpen(atTen, DAY + 12 * HOUR - 1)).toBe(true);
    expect(hourly.isOpen(atTen, DAY + 12 * HOUR)).toBe(false);
    expect(hourly.isOpen(atTen + 1, DAY + 12 * HOUR)).toBe(true);
  });

  it('take a record as long as the whole day is open, whatever its hour', () => {
    const endMs = DAY + DAY_MS + 2 * HOUR;
    for (const timeMs of [DAY, DAY + 10 * HOUR, DAY + DAY_MS - 1])
      expect([hourly.isLate(timeMs, endMs - 1), hourly.isLate(timeMs, endMs)]).toEqual([false, true]);
  });

  it('are visible from the oldest open one to the whole day of stream time', () => {
    expect(hourly.visibleWindows(-1)).toBeUndefined();
    expect(hourly.visibleWindows(0)).toEqual({ oldest: 0, newest: 23 });
    const range = hourly.visibleWindows(DAY + HOUR);
    expect(range && hourly.boundsOf(range.oldest)).toEqual({ startMs: DAY - DAY_MS, endMs: DAY });
    expect(range && hourly.boundsOf(range.newest)).toEqual({ startMs: DAY, endMs: DAY + DAY_MS });
  });

  it('end at a time that is floored to the step: at midnight it is the day before', () => {
    expect(hourly.boundsOf(hourly.windowEndingAt(DAY + HOUR + 1))).toEqual({ startMs: DAY, endMs: DAY + HOUR });
    expect(hourly.boundsOf(hourly.windowEndingAt(DAY + 5))).toEqual({ startMs: DAY - DAY_MS, endMs: DAY });
    expect(hourly.boundsOf(hourly.windowEndingAt(5))).toEqual({ startMs: 0, endMs: 0 });
  });

  it('never have more slices live than they say', () => {
    for (const graceMs of [0, HOUR, DAY_MS, DAY_MS + HOUR]) {
      const windows = new CumulativeWindows({ type: 'cumulative', stepMs: HOUR, graceMs });
      for (let streamTimeMs = DAY; streamTimeMs < DAY + 3 * DAY_MS; streamTimeMs += HOUR - 1) {
        const live = (Math.floor(streamTimeMs / DAY_MS) + 1) * 24 - windows.firstLiveSlice(streamTimeMs);
        expect(live).toBeLessThanOrEqual(windows.liveSlices);
      }
    }
  });
});
