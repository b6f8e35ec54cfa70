import fc from 'fast-check';
import { HoppingWindows } from './hopping-windows';
import {
  countersBalance,
  PartitionWindows,
  ringCapacity,
  type PartitionChanges,
  type PartitionSnapshot,
  type PartitionSummary,
} from './partition-windows';
import { listWindows, sumFigures, sumWindow } from './window-query';
import { PerWindowOracle, type OracleRecord, type OracleWindow } from './testing/per-window-oracle';
import { addFigures, equalFigures, zeroFigures, type Figures } from './figures';
import { FINGERPRINT_BYTES } from './event-id';
import type { SeenBucket } from './seen-events';
import type { Slice } from './slice-ring';

const windows = new HoppingWindows();
const deduplication = { horizonMs: 900_000, bucketMs: 60_000 };
const PARTITIONS = [0, 1, 2];

const figuresOf = (w: OracleWindow | OracleRecord): Figures => ({
  events: 'events' in w ? w.events : 1,
  orders: w.orders,
  revenueCents: Number(w.revenueCents),
  fraud: w.fraud,
  delivered: w.delivered,
  refunded: w.refunded,
});

/** Times relative to a moving base: near it, before it by about grace or the horizon, on window bounds ± 1 ms, jumps ahead. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3_000, max: 4_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: -370_000, max: 0 }) },
  { weight: 2, arbitrary: fc.integer({ min: -1_100_000, max: -295_000 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(-361_000, -360_000, -359_000, -300_000, -60_000, -1_000, 0, 1_000, 60_000, 360_000),
        fc.integer({ min: -1, max: 1 }),
      )
      .map(([bound, off]) => bound + off),
  },
  { weight: 1, arbitrary: fc.integer({ min: 30_000, max: 1_500_000 }) },
);

const streams = fc
  .record({
    baseMs: fc.oneof(
      fc.integer({ min: 0, max: 70_000 }),
      fc.integer({ min: 1_700_000_000_000, max: 1_700_000_400_000 }),
    ),
    deduplicate: fc.boolean(),
    steps: fc.array(
      fc.record({
        partition: fc.constantFrom(...PARTITIONS),
        step,
        absolute: fc.option(fc.integer({ min: 0, max: 61_000 }), { freq: 30 }),
        sameIdAs: fc.option(fc.nat(60), { freq: 4 }),
        orders: fc.nat(1),
        revenueCents: fc.bigInt({ min: 0n, max: 1_000_000_000_000n }),
        fraud: fc.nat(1),
        delivered: fc.nat(1),
        refunded: fc.nat(1),
      }),
      { minLength: 1, maxLength: 70 },
    ),
  })
  .map(({ baseMs, deduplicate, steps }) => {
    const newest = new Map<number, number>();
    const records = steps.map(({ step: by, absolute, sameIdAs, ...rest }, index): OracleRecord => {
      const from = newest.get(rest.partition) ?? baseMs;
      const timeMs = Math.max(0, absolute ?? from + by);
      newest.set(rest.partition, Math.max(from, timeMs));
      const idIndex = sameIdAs === null ? index : Math.max(0, index - sameIdAs);
      return { ...rest, timeMs, eventId: `event-${idIndex}` };
    });
    return { deduplicate, records };
  });

function expectVisibleWindowsEqual(oracle: PerWindowOracle, partitions: readonly PartitionWindows[]): void {
  partitions.forEach((partition, id) => {
    const expected = [...oracle.visible(id)].sort(([a], [b]) => a - b);
    const listed = listWindows(windows, [partition], 0, partition.streamTimeMs + 1);
    if (listed.length !== expected.length)
      throw new Error(`partition ${id}: ${listed.length} windows listed, ${expected.length} expected`);
    expected.forEach(([startMs, window], index) => {
      const direct = sumWindow(windows, [partition], startMs).figures;
      const running = listed[index];
      if (
        !running ||
        running.startMs !== startMs ||
        !equalFigures(running.figures, figuresOf(window)) ||
        !equalFigures(direct, figuresOf(window))
      ) {
        throw new Error(
          `partition ${id} window ${startMs}: ${JSON.stringify({ running, direct, expected: figuresOf(window) })}`,
        );
      }
    });
  });
}

const oracleFor = (deduplicate: boolean) =>
  new PerWindowOracle({
    size: 60_000,
    advance: 1_000,
    grace: 300_000,
    deduplicate,
    horizon: deduplication.horizonMs,
    bucket: deduplication.bucketMs,
  });

const eventOf = (record: OracleRecord) => ({
  eventId: record.eventId,
  eventTimeMs: record.timeMs,
  figures: figuresOf(record),
});

describe('the windows of a partition', () => {
  it('equal a naive per-window oracle on 2,000 random streams: every outcome, total and visible window', () => {
    const outcomes = new Set<string>();
    const property = fc.property(streams, ({ deduplicate, records }) => {
      const oracle = oracleFor(deduplicate);
      const partitions = PARTITIONS.map(() => new PartitionWindows({ windows, deduplicate, deduplication }));
      records.forEach((record, index) => {
        const expected = oracle.read(record);
        outcomes.add(expected);
        expect(partitions[record.partition]?.read(eventOf(record))).toBe(expected);
        if (index % 16 === 0) expectVisibleWindowsEqual(oracle, partitions);
      });
      expectVisibleWindowsEqual(oracle, partitions);
      partitions.forEach((partition, id) => {
        expect(partition.streamTimeMs).toBe(oracle.streamTime(id));
        expect(partition.totals).toEqual(figuresOf(oracle.totals(id)));
        expect(countersBalance(partition.counters)).toBe(true);
      });
    });
    fc.assert(property, { numRuns: 2_000 });
    expect([...outcomes].sort()).toEqual(['counted', 'duplicate', 'late']);
  });

  it("merge over partitions as the sum of each partition's own windows, wherever every partition still shows them", () => {
    const property = fc.property(streams, ({ deduplicate, records }) => {
      const oracle = oracleFor(deduplicate);
      const partitions = PARTITIONS.map(() => new PartitionWindows({ windows, deduplicate, deduplication }));
      for (const record of records) {
        oracle.read(record);
        partitions[record.partition]?.read(eventOf(record));
      }
      const own = PARTITIONS.map((id) => oracle.visible(id));
      for (const { startMs, figures } of listWindows(windows, partitions, 0, Number.MAX_SAFE_INTEGER)) {
        const expected = zeroFigures();
        for (const visible of own) addFigures(expected, figuresOf(visible.get(startMs) ?? nothing));
        expect(figures).toEqual(expected);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('are the same after any sequence of checkpoints, lost checkpoints and restores', () => {
    const property = fc.property(streams, fc.infiniteStream(fc.nat(5)), ({ deduplicate, records }, choices) => {
      const options = { windows, deduplicate, deduplication };
      const straight = new PartitionWindows(options);
      let broken = new PartitionWindows(options);
      const stored = new StoredPartition();
      for (const record of records) {
        const outcome = straight.read(eventOf(record));
        expect(broken.read(eventOf(record))).toBe(outcome);
        const choice = choices.next().value;
        if (choice === 0) broken.returnChanges(broken.takeChanges());
        if (choice === 1) stored.apply(broken.takeChanges());
        if (choice === 2) {
          stored.apply(broken.takeChanges());
          broken = PartitionWindows.restore(options, stored.snapshot());
        }
      }
      expect(broken.counters).toEqual(straight.counters);
      expect(broken.totals).toEqual(straight.totals);
      expect(listWindows(windows, [broken], 0, Number.MAX_SAFE_INTEGER)).toEqual(
        listWindows(windows, [straight], 0, Number.MAX_SAFE_INTEGER),
      );
      stored.apply(broken.takeChanges());
      stored.expectAudit();
    });
    fc.assert(property, { numRuns: 500 });
  });
});

const nothing: OracleWindow = { events: 0, orders: 0, revenueCents: 0n, fraud: 0, delivered: 0, refunded: 0 };

/** What a store keeps of the changes: a ring of slots, ids by bucket, the newest summary. */
class StoredPartition {
  private readonly slots = new Map<number, Slice>();
  private seen: SeenBucket[] = [];
  private summary: PartitionSummary | undefined;

  apply({ summary, dirtySlices, addedSeen }: PartitionChanges): void {
    for (const slice of dirtySlices) this.slots.set(slice.slice % ringCapacity(windows), slice);
    this.seen = [...this.seen, ...addedSeen].filter(({ bucket }) => bucket >= summary.firstSeenBucket);
    this.summary = summary;
  }

  snapshot(): PartitionSnapshot {
    if (!this.summary) throw new Error('nothing stored');
    const firstLive = windows.firstLiveSlice(this.summary.streamTimeMs);
    return {
      ...this.summary,
      slices: [...this.slots.values()].filter(({ slice }) => slice >= firstLive),
      seen: this.seen,
    };
  }

  expectAudit(): void {
    const { slices, expired, cumulative, seen, seenCount } = this.snapshot();
    expect(sumFigures([expired, ...slices.map(({ figures }) => figures)])).toEqual(cumulative);
    expect(seen.reduce((count, { fingerprints }) => count + fingerprints.length / FINGERPRINT_BYTES, 0)).toBe(
      seenCount,
    );
  }
}
