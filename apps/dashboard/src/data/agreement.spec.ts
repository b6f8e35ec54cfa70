import type { Overview } from '@orderpulse/contracts';
import { overviewAt } from '../testing/fake-shop';
import { compareAt, figuresOf, lastClosedMinuteEnd } from './agreement';

const MINUTE_END = Date.UTC(2026, 10, 21, 14, 3);
const stores = overviewAt(MINUTE_END);
const sql = overviewAt(MINUTE_END, 'postgres');

const withRevenue = (overview: Overview, cents: number, meta: Partial<Overview['meta']> = {}): Overview => ({
  ...overview,
  currentTimePeriod: {
    ...overview.currentTimePeriod,
    totalRevenue: Math.round(overview.currentTimePeriod.totalRevenue * 100 + cents) / 100,
  },
  meta: { ...overview.meta, ...meta },
});

describe('both paths', () => {
  it('agree when every difference is 0', () => {
    expect(compareAt(MINUTE_END, stores, sql)).toMatchObject({
      state: 'agree',
      difference: { orders: 0, revenueCents: 0 },
    });
  });

  it('differ by the exact amount in cents', () => {
    const result = compareAt(MINUTE_END, stores, withRevenue(sql, -1, { watermarkMs: MINUTE_END + 1 }));
    expect(result).toMatchObject({ state: 'differ', difference: { revenueCents: 1, orders: 0 } });
  });

  it('are not compared while one is still reading the minute', () => {
    const behind = withRevenue(sql, -100, { lag: 12, watermarkMs: MINUTE_END - 30_000 });
    expect(compareAt(MINUTE_END, stores, behind)).toMatchObject({
      state: 'waiting',
      reason: 'SQL is still reading this minute',
    });
  });

  it('are compared in an idle shop, whose newest event is old', () => {
    const idle = { ...sql, meta: { ...sql.meta, lag: 0, watermarkMs: MINUTE_END - 600_000 } };
    expect(compareAt(MINUTE_END, stores, idle).state).toBe('agree');
  });

  it('are not compared when the stores answered from SQL, or only in part', () => {
    expect(compareAt(MINUTE_END, sql, sql).state).toBe('waiting');
    const partial = { ...stores, meta: { ...stores.meta, partial: true } };
    expect(compareAt(MINUTE_END, partial, sql).state).toBe('waiting');
  });

  it('get five seconds to read a minute’s last events', () => {
    expect(lastClosedMinuteEnd(MINUTE_END + 4_000)).toBe(MINUTE_END - 60_000);
    expect(lastClosedMinuteEnd(MINUTE_END + 5_000)).toBe(MINUTE_END);
  });

  it('are compared in whole cents', () => {
    const figures = figuresOf({ ...stores.currentTimePeriod, totalRevenue: 0.1 + 0.2, avgOrderValue: 1.1 });
    expect(figures).toMatchObject({ revenueCents: 30, averageCents: 110 });
  });
});
