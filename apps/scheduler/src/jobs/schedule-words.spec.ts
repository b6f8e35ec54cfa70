import { firesBetween, nextFireMs, scheduleWords } from './schedule-words';

const at = (text: string): number => Date.parse(text);

describe('a schedule', () => {
  it.each([
    [null, 'at start and on demand'],
    ['* * * * *', 'every minute'],
    ['30 * * * * *', 'every minute at second 30'],
    ['*/5 * * * *', 'every 5 minutes'],
    ['0 3 * * 1', 'cron 0 3 * * 1 (UTC)'],
  ])('%s reads "%s"', (cron, words) => {
    expect(scheduleWords(cron)).toBe(words);
  });

  it('fires next after an instant, not at it', () => {
    expect(nextFireMs('*/5 * * * *', at('2026-01-01T10:05:00Z'))).toBe(at('2026-01-01T10:10:00Z'));
  });

  it('counts what was missed in an open interval', () => {
    expect(firesBetween('*/5 * * * *', at('2026-01-01T10:05:00Z'), at('2026-01-01T10:20:00Z'))).toEqual({
      count: 2,
      firstMs: at('2026-01-01T10:10:00Z'),
    });
    expect(firesBetween('*/5 * * * *', at('2026-01-01T10:05:00Z'), at('2026-01-01T10:06:00Z'))).toEqual({
      count: 0,
      firstMs: null,
    });
  });
});
