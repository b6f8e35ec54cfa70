import fc from 'fast-check';
import { SeenEvents } from './seen-events';

describe('SeenEvents', () => {
  it('remembers what a plain map of ids and times remembers, through growth, expiry and restores', () => {
    const eventId = fc.oneof(
      fc.uuid(),
      fc.string({ maxLength: 40 }),
      fc.nat(50).map((n) => `FakeEcommOrders-0-${n}`),
    );
    const property = fc.property(
      fc.array(fc.record({ id: eventId, by: fc.integer({ min: -400_000, max: 90_000 }) }), { maxLength: 200 }),
      fc.nat(40),
      (steps, restoreEvery) => {
        let seen = new SeenEvents();
        const plain = new Map<string, number>();
        let stored = seen.takeAdded();
        let streamTimeMs = 2_000_000;
        steps.forEach(({ id, by }, index) => {
          const timeMs = Math.max(0, streamTimeMs + by);
          const firstTimeMs = plain.get(id);
          const remembered =
            firstTimeMs !== undefined &&
            Math.floor(firstTimeMs / 60_000) >= Math.floor((streamTimeMs - 900_000) / 60_000);
          expect(seen.has(id)).toBe(remembered);
          if (!remembered) {
            streamTimeMs = Math.max(streamTimeMs, timeMs);
            seen.advance(streamTimeMs);
            seen.add(id, timeMs);
            plain.set(id, timeMs);
          }
          if (restoreEvery > 0 && index % restoreEvery === 0) {
            stored = [...stored, ...seen.takeAdded()];
            const count = seen.size;
            seen = new SeenEvents();
            seen.advance(streamTimeMs);
            stored.forEach((bucket) => seen.restore(bucket));
            expect(seen.size).toBe(count);
          }
        });
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it('holds 200,000 ids and forgets all of them when stream time leaves them behind', () => {
    const seen = new SeenEvents();
    const id = (n: number) =>
      `${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    for (let n = 0; n < 200_000; n++) seen.add(id(n), n * 4);
    expect(seen.size).toBe(200_000);
    for (let n = 0; n < 200_000; n += 997) expect(seen.has(id(n))).toBe(true);
    expect(seen.has(id(200_001))).toBe(false);
    seen.advance(3_000_000);
    expect(seen.size).toBe(0);
    expect(seen.has(id(5))).toBe(false);
  });

  it('reads a UUID in either case as the same id', () => {
    const seen = new SeenEvents();
    seen.add('0F8FAD5B-D9CB-469F-A165-70867728950E', 0);
    expect(seen.has('0f8fad5b-d9cb-469f-a165-70867728950e')).toBe(true);
  });

  it('gives back what could not be stored, in front of what came meanwhile', () => {
    const seen = new SeenEvents();
    seen.add('a', 0);
    const taken = seen.takeAdded();
    seen.add('b', 0);
    seen.returnAdded(taken);
    const [bucket] = seen.takeAdded();
    expect(bucket?.fingerprints).toHaveLength(32);
    expect(bucket?.fingerprints.slice(0, 16)).toEqual(taken[0]?.fingerprints);
    expect(seen.takeAdded()).toEqual([]);
  });

  it.each([
    { horizonMs: 0, bucketMs: 1 },
    { horizonMs: 10, bucketMs: 20 },
    { horizonMs: 10.5, bucketMs: 1 },
  ])('refuses %j', (spec) => {
    expect(() => new SeenEvents(spec)).toThrow(RangeError);
  });
});
