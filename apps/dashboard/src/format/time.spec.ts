import { formatAge, formatDateTime, formatMinute, formatSecond, zoneName } from './time';

const AT = Date.UTC(2026, 10, 21, 14, 3, 7, 450);

describe('times', () => {
  it('are written in the chosen zone', () => {
    expect(formatSecond(AT, 'utc')).toBe('14:03:07');
    expect(formatMinute(AT, 'utc')).toBe('14:03');
    expect(formatDateTime(AT, 'utc')).toBe('21 Nov 2026, 14:03:07');
  });

  it('write midnight as 00 and not as 24', () => {
    expect(formatSecond(Date.UTC(2026, 10, 21), 'utc')).toBe('00:00:00');
  });

  it('name their zone', () => expect(zoneName(AT, 'utc')).toBe('UTC'));

  it('use the zone of the machine for the browser choice, which is UTC in tests', () => {
    expect(formatSecond(AT, 'browser')).toBe('14:03:07');
  });
});

describe('ages', () => {
  it.each([
    [0, '0 s'],
    [42_900, '42 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_200_000, '2 h'],
    [7_440_000, '2 h 4 min'],
    [-5_000, '0 s'],
  ])('write %i ms as %s', (durationMs, text) => expect(formatAge(durationMs)).toBe(text));
});
