import fc from 'fast-check';
import { FINGERPRINT_BYTES } from './event-id';
import { equalFigures, sumFigures, type Figures } from './figures';
import type {
  GroupTotals,
  PartitionChanges,
  PartitionSnapshot,
  PartitionSummary,
  StoreChanges,
} from './partition-state';
import { PartitionWindows } from './partition-windows';
import type { SeenBucket } from './seen-events';
import { StoreView } from './window-query';
import { WindowStores } from './window-stores';
import { randomStreams, toFacts } from './testing/random-streams';

const stores = new WindowStores([
  { name: 'ByState', window: { type: 'hopping', sizeMs: 20_000, advanceMs: 5_000, graceMs: 10_000 }, groupBy: 'state' },
  { name: 'ByCategory', window: { type: 'tumbling', sizeMs: 60_000, graceMs: 60_000 }, groupBy: 'category' },
  { name: 'Days', window: { type: 'cumulative', stepMs: 21_600_000, graceMs: 0 }, groupBy: 'none' },
]);
const deduplication = { horizonMs: 900_000, bucketMs: 60_000 };
const streams = randomStreams({ sizeMs: 60_000, advanceMs: 1_000, graceMs: 300_000 });

/** What a store keeps of one window store, by the keys it gave. */
class StoredStore {
  readonly groups = new Map<string, GroupTotals>();
  readonly slices = new Map<string, { group: string; slice: number; figures: Figures }>();

  apply({ droppedGroups, droppedSlices, groups, slices }: StoreChanges): void {
    for (const group of droppedGroups) this.groups.delete(group);
    for (const { group, slice } of droppedSlices) this.slices.delete(`${slice} ${group}`);
    for (const totals of groups) this.groups.set(totals.group, totals);
    for (const slice of slices) this.slices.set(`${slice.slice} ${slice.group}`, slice);
  }
}

/** What a store keeps of a partition: it puts and deletes what the changes say, and nothing else. */
class StoredPartition {
  private readonly contents = stores.all.map(() => new StoredStore());
  private seen = new Map<string, SeenBucket>();
  private summary: PartitionSummary | undefined;
  private sequence = 0;

  /** Writes a checkpoint. One that is not acknowledged is written again under the same number, with what came meanwhile. */
  apply({ summary, stores: changes, addedSeen }: PartitionChanges, acknowledged = true): void {
    changes.forEach((each, index) => this.contents[index]?.apply(each));
    for (const added of addedSeen) this.seen.set(`${added.bucket} ${this.sequence}`, added);
    for (const [key, { bucket }] of this.seen) if (bucket < summary.firstSeenBucket) this.seen.delete(key);
    this.summary = summary;
    if (acknowledged) this.sequence++;
  }

  snapshot(): PartitionSnapshot {
    if (!this.summary) throw new Error('nothing stored');
    const contents = this.contents.map(({ groups, slices }) => ({
      groups: [...groups.values()],
      slices: [...slices.values()],
    }));
    return { ...this.summary, contents, seen: [...this.seen.values()] };
  }

  /** Throws unless what is stored adds up, group by group, and holds nothing that has expired. */
  check(): void {
    const { contents, stores: summaries, seen, seenCount, streamTimeMs } = this.snapshot();
    contents.forEach(({ groups, slices }, index) => {
      const summary = summaries[index];
      const firstLive = stores.all[index]?.windows.firstLiveSlice(streamTimeMs) ?? 0;
      if (slices.some(({ slice }) => slice < firstLive)) throw new Error('an expired slice is stored');
      for (const { group, cumulative, expired } of groups) {
        const live = slices.filter((slice) => slice.group === group).map(({ figures }) => figures);
        if (!equalFigures(sumFigures([expired, ...live]), cumulative)) throw new Error(`group ${group}`);
      }
      const all = [...groups.map(({ cumulative }) => cumulative), ...(summary ? [summary.retired] : [])];
      if (!summary || !equalFigures(sumFigures(all), summary.cumulative)) throw new Error(`store ${index}`);
    });
    const ids = seen.reduce((count, { fingerprints }) => count + fingerprints.length / FINGERPRINT_BYTES, 0);
    if (ids !== seenCount) throw new Error(`${ids} ids, not ${seenCount}`);
  }
}

const answers = (partition: PartitionWindows) =>
  stores.all.map((definition) => {
    const view = new StoreView(definition, [partition]);
    return view.groupNames().map((group) => [group, view.list(0, Number.MAX_SAFE_INTEGER, group)]);
  });

describe('the state of a partition', () => {
  it('is the same after any sequence of checkpoints, lost checkpoints and restores, and what is stored adds up', () => {
    const property = fc.property(streams, fc.infiniteStream(fc.nat(5)), ({ deduplicate, records }, choices) => {
      const options = { stores, deduplicate, deduplication };
      const straight = new PartitionWindows(options);
      let broken = new PartitionWindows(options);
      const stored = new StoredPartition();
      for (const record of records) {
        const outcome = straight.read(toFacts(record));
        if (broken.read(toFacts(record)) !== outcome) throw new Error(`a record is not ${outcome}`);
        const choice = choices.next().value;
        if (choice === 0) broken.returnChanges(broken.takeChanges());
        // A checkpoint that failed may have reached the disk all the same.
        if (choice === 1) {
          const changes = broken.takeChanges();
          stored.apply(changes, false);
          broken.returnChanges(changes);
        }
        if (choice === 2 || choice === 3) stored.apply(broken.takeChanges());
        if (choice === 3) {
          stored.check();
          broken = PartitionWindows.restore(options, stored.snapshot());
        }
      }
      expect(broken.counters).toEqual(straight.counters);
      expect(answers(broken)).toEqual(answers(straight));
      stored.apply(broken.takeChanges());
      stored.check();
      const { summary } = straight.takeChanges();
      const { stores: summaries, streamTimeMs, seenCount } = stored.snapshot();
      expect({ summaries, streamTimeMs, seenCount }).toEqual({
        summaries: summary.stores,
        streamTimeMs: summary.streamTimeMs,
        seenCount: summary.seenCount,
      });
    });
    fc.assert(property, { numRuns: 1_000 });
  }, 120_000);
});
