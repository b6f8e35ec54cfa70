import { replayTimeMs } from './replay-order';
import { chooseSpan } from './span';

const nowMs = 1_700_000_000_000;
const hourMs = 3_600_000;
const limits = { nowMs, newestMs: 0, oldestMs: nowMs - 24 * hourMs };

describe('the span of a replay', () => {
  it('is the last hour when there is no newer event', () => {
    expect(chooseSpan({}, limits)).toEqual({ fromMs: nowMs - hourMs, toMs: nowMs });
  });

  it('begins after the newest event, even if that is of this very moment', () => {
    expect(chooseSpan({}, { ...limits, newestMs: nowMs - 500 })).toEqual({ fromMs: nowMs - 499, toMs: nowMs });
    expect(chooseSpan({}, { ...limits, newestMs: nowMs })).toEqual({ fromMs: nowMs + 1, toMs: nowMs + 2 });
  });

  it.each([
    [{ fromMs: nowMs - 10, toMs: nowMs - 10 }, 0, 'toMs'],
    [{ fromMs: nowMs - 10 }, nowMs - 5, 'fromMs'],
    [{ toMs: nowMs - 10 }, nowMs - 5, 'fromMs'],
    [{ fromMs: nowMs - 25 * hourMs }, 0, 'fromMs'],
    [{ toMs: nowMs + 1 }, 0, 'toMs'],
  ])('refuses %j with the newest event at %d, naming %s', (wish, newestMs, field) => {
    const choose = () => chooseSpan(wish, { ...limits, newestMs });
    expect(choose).toThrow(new RegExp(`^${field}: `));
  });

  it('is filled in file order, evenly, with its end left out', () => {
    const times = [0, 1, 2, 3].map((index) => replayTimeMs(index, 4, 1_000, 2_000));
    expect(times).toEqual([1_000, 1_250, 1_500, 1_750]);
  });
});
