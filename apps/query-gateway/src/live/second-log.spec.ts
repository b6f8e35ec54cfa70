import fc from 'fast-check';
import { missedSeconds, parseLastEventId, RESUME_SECONDS, SecondLog } from './second-log';

describe('the seconds a client has missed', () => {
  it('are those after its last one up to now', () => {
    expect(missedSeconds(10_000, 13_000)).toEqual([11_000, 12_000, 13_000]);
    expect(missedSeconds(13_000, 13_000)).toEqual([]);
  });

  it('are consecutive, end now and are never more than 60, for any last one', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (last, until) => {
        const seconds = missedSeconds(last * 1000, until * 1000);
        expect(seconds).toHaveLength(Math.max(0, Math.min(RESUME_SECONDS, until - last)));
        seconds.forEach((asOfMs, index) => expect(asOfMs).toBe((until - seconds.length + 1 + index) * 1000));
      }),
    );
  });
});

describe('a Last-Event-ID', () => {
  it.each([
    ['5000', 5_000],
    [undefined, undefined],
    ['5001', undefined],
    ['999999000', undefined],
    ['-1000', undefined],
    ['abc', undefined],
  ])('%s gives %s', (header, expected) => {
    expect(parseLastEventId(header, 100_000)).toBe(expected);
  });
});

describe('the log of seconds', () => {
  it('keeps the last 60', () => {
    const log = new SecondLog();
    for (let second = 0; second < 200; second++) log.put(second * 1000, `event ${second}`);
    expect(log.size).toBe(RESUME_SECONDS);
    expect([log.get(139_000), log.get(140_000)]).toEqual([undefined, 'event 140']);
  });
});
