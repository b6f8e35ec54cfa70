import fc from 'fast-check';
import { type ArrivalSlice, cutSlice, MAX_ORDERS_PER_SLICE, MAX_SLICE_MS, shorten } from './shop-slice';

const startMs = 1_700_000_000_000;

/** All arrivals up to `untilMs`, read by a clock that moves on by the given steps. */
function run(clockSteps: readonly number[], untilMs: number, rate: number): ArrivalSlice['arrivals'] {
  let state = { nextIndex: 0, nextArrivalMs: startMs + 3.7 };
  let fromMs = startMs;
  let nowMs = startMs;
  const all: ArrivalSlice['arrivals'] = [];
  for (let turn = 0; fromMs < untilMs; turn += 1) {
    nowMs = Math.min(untilMs, Math.max(nowMs, fromMs) + (clockSteps[turn % clockSteps.length] ?? 1));
    const slice = cutSlice({
      seed: 5,
      fromMs,
      nowMs,
      ...state,
      rateAt: (timeMs) => rate * (1 + ((timeMs - startMs) % 1_000) / 2_000),
    });
    if (slice.toMs > Math.max(nowMs, fromMs) || slice.toMs - fromMs > MAX_SLICE_MS)
      throw new Error('the slice is too long');
    if (slice.arrivals.length > MAX_ORDERS_PER_SLICE + 10) throw new Error('the slice holds too many orders');
    all.push(...slice.arrivals);
    fromMs = slice.toMs;
    state = slice;
  }
  return all;
}

describe('a slice of shop time', () => {
  it('gives the same orders at the same times however the clock moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 20, max: 30_000 }), { minLength: 1, maxLength: 20 }), (steps) => {
        const untilMs = startMs + 40_000;
        expect(run(steps, untilMs, 30)).toEqual(run([100], untilMs, 30));
      }),
      { numRuns: 20 },
    );
  });

  it('holds about 250 orders at most and goes on where it stopped', () => {
    const arrivals = run([60_000], startMs + 20_000, 1_000);
    expect(arrivals.map((arrival) => arrival.index)).toEqual(arrivals.map((_, index) => index));
    expect(arrivals.length).toBeGreaterThan(20_000);
  });

  it('loses no order when it is shortened', () => {
    const slice = cutSlice({
      seed: 5,
      fromMs: startMs,
      nowMs: startMs + 5_000,
      nextIndex: 0,
      nextArrivalMs: startMs,
      rateAt: () => 20,
    });
    const cut = shorten(slice, startMs + 2_000);
    const rest = cutSlice({ ...cut, seed: 5, fromMs: cut.toMs, nowMs: startMs + 5_000, rateAt: () => 20 });
    expect([...cut.arrivals, ...rest.arrivals]).toEqual(slice.arrivals);
    expect(cut.arrivals.every((arrival) => arrival.atMs < startMs + 2_001)).toBe(true);
  });
});
