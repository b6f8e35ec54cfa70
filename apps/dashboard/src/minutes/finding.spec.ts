import type { Minute } from '@orderpulse/contracts';
import { describeMinutes } from './finding';

const START = Date.UTC(2026, 10, 21, 14, 0);

const minute = (index: number, orders: number, complete = true): Minute => ({
  timestamp: new Date(START + index * 60_000).toISOString(),
  timestampMs: START + index * 60_000,
  orders,
  revenue: 0,
  fraud: 0,
  delivered: 0,
  refunded: 0,
  complete,
});

describe('the chart in words', () => {
  it('states the last full minute, the extremes and the running minute', () => {
    const rows = [minute(0, 100), minute(1, 80), minute(2, 88), minute(3, 7, false)];
    expect(describeMinutes(rows, START + 3 * 60_000 + 37_000, 'utc')).toBe(
      'Orders per minute, 3 full minutes, times in UTC. At 14:02 88 orders, +10% against the minute before. ' +
        'Most at 14:00: 100 orders; fewest at 14:01: 80 orders. 14:03 is in progress, 37 s: 7 orders so far.',
    );
  });

  it('says so when no minute is over yet', () => {
    expect(describeMinutes([minute(0, 7, false)], START + 5_000, 'utc')).toBe('Orders per minute: no full minute yet.');
  });

  it('names a start from nothing without a percentage', () => {
    const text = describeMinutes([minute(0, 0), minute(1, 1)], START + 120_000, 'utc');
    expect(text).toContain('At 14:01 1 order, after none in the minute before.');
  });
});
