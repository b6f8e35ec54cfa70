import type { Minute } from '@orderpulse/contracts';
import { completeMinutes, lastFullMinute, minuteSeries, runningMinute, secondsInto } from './minute-series';

const START = Date.UTC(2026, 10, 21, 14, 0);

const minute = (index: number, orders: number, complete = true): Minute => ({
  timestamp: new Date(START + index * 60_000).toISOString(),
  timestampMs: START + index * 60_000,
  orders,
  revenue: orders * 10,
  fraud: 0,
  delivered: 0,
  refunded: 0,
  complete,
});

describe('the minutes of the chart', () => {
  it('are the newest ones, oldest first', () => {
    const points = minuteSeries([minute(0, 5), minute(1, 6), minute(2, 7)], 2);
    expect(points.map(({ minute: row }) => row?.orders)).toEqual([6, 7]);
  });

  it('break where a row is missing, instead of joining its neighbours', () => {
    const points = minuteSeries([minute(0, 5), minute(2, 7)], 3);
    expect(points.map(({ minute: row }) => row?.orders ?? null)).toEqual([5, null, 7]);
  });

  it('show a minute without orders as zero', () => {
    expect(minuteSeries([minute(0, 0)], 1)[0]?.minute?.orders).toBe(0);
  });

  it('are none when there are no rows', () => expect(minuteSeries([], 60)).toEqual([]));
});

describe('the running minute', () => {
  const rows = [minute(0, 100), minute(1, 110), minute(2, 12, false)];

  it('is found, and its seconds are counted by the server’s time', () => {
    const running = runningMinute(rows);
    expect(running?.orders).toBe(12);
    expect(running && secondsInto(running, START + 2 * 60_000 + 37_900)).toBe(37);
  });

  it('stays out of the comparison of minutes', () => {
    expect(lastFullMinute(rows)).toMatchObject({ minute: { orders: 110 }, change: { absolute: 10, ratio: 0.1 } });
    expect(completeMinutes(rows)).toHaveLength(2);
  });

  it('leaves nothing to compare when it is alone', () => {
    expect(lastFullMinute([minute(0, 3, false)])).toBeNull();
  });

  it('does not let a minute be compared over a gap', () => {
    expect(lastFullMinute([minute(0, 5), minute(2, 7)])?.change).toEqual({ kind: 'missing' });
  });
});
