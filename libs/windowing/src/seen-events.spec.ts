import fc from 'fast-check';
import type { EventId } from './event-id';
import { SeenEvents } from './seen-events';

const text = (id: string): EventId => {
  const idBytes = Buffer.from(id);
  return { idBytes, idStart: 0, idEnd: idBytes.length };
};
const add = (seen: SeenEvents, eventId: string, timeMs: number) => {
  if (!seen.probe(text(eventId))) seen.remember(timeMs);
};

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
          expect(seen.probe(text(id))).toBe(remembered);
          if (!remembered) {
            streamTimeMs = Math.max(streamTimeMs, timeMs);
            seen.advance(streamTimeMs);
            seen.remember(timeMs);
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
    for (let n = 0; n < 200_000; n++) add(seen, id(n), n * 4);
    expect(seen.size).toBe(200_000);
    for (let n = 0; n < 200_000; n += 997) expect(seen.probe(text(id(n)))).toBe(true);
    expect(seen.probe(text(id(200_001)))).toBe(false);
    seen.advance(3_000_000);
    expect(seen.size).toBe(0);
    expect(seen.probe(text(id(5)))).toBe(false);
  });

  it('reads a UUID in either case as the same id', () => {
    const seen = new SeenEvents();
    add(seen, '0F8FAD5B-D9CB-469F-A165-70867728950E', 0);
    expect(seen.probe(text('0f8fad5b-d9cb-469f-a165-70867728950e'))).toBe(true);
  });

  it('takes an id for the same wherever its bytes stand, and for another when one of them differs', () => {
    const within = (id: string): EventId => {
      const idBytes = Buffer.from(`{"event_id":"${id}"}`);
      return { idBytes, idStart: 13, idEnd: idBytes.length - 2 };
    };
    const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const seen = new SeenEvents();
    for (const id of [uuid, 'FakeEcommOrders-0-17', uuid.replace('-', '_'), uuid.replace('0', 'g'), 'ü'.repeat(18)]) {
      add(seen, id, 0);
      expect(seen.probe(within(id))).toBe(true);
      expect(seen.probe(within(`${id} `))).toBe(false);
      for (let at = 0; at < id.length; at++)
        expect(seen.probe(within(`${id.slice(0, at)}~${id.slice(at + 1)}`))).toBe(false);
    }
  });

  it('stays right while ids come and go by the hundred thousand, in a table that makes room again and again', () => {
    const seen = new SeenEvents();
    const lastTimes = new Map<number, number>();
    let streamTimeMs = 0;
    for (let n = 0; n < 400_000; n++) {
      // Every third id is one from up to 50,000 events, or a little more than the horizon, ago.
      const number = n % 3 === 0 ? Math.max(0, n - ((n * 7_919) % 50_000)) : n;
      const id = text(`${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);
      const timeMs = n * 20;
      const first = lastTimes.get(number);
      const remembered =
        first !== undefined && Math.floor(first / 60_000) >= Math.floor((streamTimeMs - 900_000) / 60_000);
      if (seen.probe(id) !== remembered) throw new Error(`id ${number} at ${n}`);
      if (remembered) continue;
      streamTimeMs = timeMs;
      seen.advance(streamTimeMs);
      seen.remember(timeMs);
      lastTimes.set(number, timeMs);
    }
    expect(seen.takeAdded().reduce((sum, { fingerprints }) => sum + fingerprints.length / 16, 0)).toBe(seen.size);
  });

  it('gives back what could not be stored, in front of what came meanwhile', () => {
    const seen = new SeenEvents();
    add(seen, 'a', 0);
    const taken = seen.takeAdded();
    add(seen, 'b', 0);
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
