import fc from 'fast-check';
import { isoFormatter, MINUTE_MS, minuteRows, minuteSpan } from './minutes';
import { NO_FIGURES } from './period';

const times = fc.integer({ min: 24 * 3_600_000, max: 4_102_444_800_000 });

describe('Minute rows', () => {
  it('are as many as asked for, without gaps, and end with the minute that asOf is in', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 200 }), (asOfMs, minutes) => {
        const rows = minuteRows(minuteSpan(asOfMs, minutes), new Map(), 'UTC');
        expect(rows).toHaveLength(minutes);
        rows.forEach((row, index) => expect(row.timestampMs).toBe(rows[0]!.timestampMs + index * MINUTE_MS));
        const last = rows.at(-1)!;
        expect(last.timestampMs).toBeLessThan(asOfMs);
        expect(last.timestampMs + MINUTE_MS).toBeGreaterThanOrEqual(asOfMs);
        expect(rows.map(({ complete }) => complete)).toEqual(
          rows.map((row) => row !== last || asOfMs % MINUTE_MS === 0),
        );
      }),
    );
  });

  it('carry the sums of their minute in wire units and zeros elsewhere', () => {
    const sums = new Map([[MINUTE_MS, { ...NO_FIGURES, orders: 2, revenueCents: 1_234 }]]);
    expect(minuteRows(minuteSpan(3 * MINUTE_MS, 2), sums, 'UTC')).toMatchObject([
      { timestampMs: MINUTE_MS, orders: 2, revenue: 12.34, complete: true },
      { timestampMs: 2 * MINUTE_MS, orders: 0, revenue: 0, complete: true },
    ]);
  });

  it('begin at the epoch when it is less far away than asked for', () => {
    expect(minuteRows(minuteSpan(90_000, 60), new Map(), 'UTC').map(({ timestampMs }) => timestampMs)).toEqual([
      0,
      MINUTE_MS,
    ]);
  });
});

describe('isoFormatter', () => {
  it.each([
    ['UTC', '2025-06-02T12:00:00Z'],
    ['Europe/Berlin', '2025-06-02T14:00:00+02:00'],
    ['America/St_Johns', '2025-06-02T09:30:00-02:30'],
    ['Asia/Kathmandu', '2025-06-02T17:45:00+05:45'],
  ])('writes noon UTC in %s as %s', (zone, text) => {
    expect(isoFormatter(zone)(Date.UTC(2025, 5, 2, 12))).toBe(text);
  });

  it('writes texts that name the same instant again, in every zone and across changes of the clock', () => {
    const zones = fc.constantFrom(
      'UTC',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Africa/Casablanca',
    );
    fc.assert(
      fc.property(times, zones, (timeMs, zone) => {
        const wholeSecondMs = Math.floor(timeMs / 1_000) * 1_000;
        expect(Date.parse(isoFormatter(zone)(wholeSecondMs))).toBe(wholeSecondMs);
      }),
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => isoFormatter('Mars/Olympus')).toThrow(RangeError);
  });
});
