import {
  addFigures,
  countersBalance,
  deduplicationOf,
  equalFigures,
  FigureOverflowError,
  FINGERPRINT_BYTES,
  sumFigures,
  UNGROUPED,
  type Figures,
  type MutableFigures,
  type PartitionSnapshot,
  type StoreSnapshot,
  type StoreSummary,
  type WindowStoreDefinition,
} from '@orderpulse/windowing';
import { isDeepStrictEqual } from 'node:util';
import { StoreDamagedError } from './errors';
import type { ExpectedPartition, StoredPartition } from './stored-partition';

/**
 * Tells whether what was read belongs together. LevelDB opens without an error after it has lost a part of its log, so
 * this, and nothing below it, is what notices.
 * @throws StoreDamagedError naming the first thing that does not add up
 */
export function audit(stored: StoredPartition, { topic, partition, windows }: ExpectedPartition): void {
  const { stores } = windows;
  if (stored.topic !== topic || stored.partition !== partition)
    throw new StoreDamagedError(`the store is of ${stored.topic}-${stored.partition}, not of ${topic}-${partition}`);
  const changed = changedStores(stored.stores, stores.specs());
  if (changed.length > 0) throw new StoreDamagedError(`it was made for other windows (of ${changed.join(', ')})`);
  if (!isDeepStrictEqual(stored.deduplication, deduplicationOf(windows)))
    throw new StoreDamagedError(`it was made with other deduplication (${JSON.stringify(stored.deduplication)})`);
  auditAccount(stored);
  const { snapshot } = stored;
  if (snapshot.stores.length !== stores.all.length || snapshot.contents.length !== stores.all.length)
    throw new StoreDamagedError(`${snapshot.contents.length} window stores instead of ${stores.all.length}`);
  stores.all.forEach((definition, index) => {
    const summary = snapshot.stores[index];
    const contents = snapshot.contents[index];
    if (summary && contents) auditStore(definition, summary, contents, snapshot);
  });
  const seenCount = snapshot.seen.reduce((sum, { fingerprints }) => sum + fingerprints.length / FINGERPRINT_BYTES, 0);
  if (seenCount !== snapshot.seenCount)
    throw new StoreDamagedError(`${seenCount} event ids stored, ${snapshot.seenCount} expected`);
}

/** Names of window stores that are not the same, or not in the same place, in both. */
function changedStores(made: StoredPartition['stores'], wanted: StoredPartition['stores']): string[] {
  const names = new Set([...made, ...wanted].map(({ name }) => name));
  const placeIn = (specs: StoredPartition['stores'], name: string): number =>
    specs.findIndex((spec) => spec.name === name);
  return [...names].filter((name) => {
    const [before, now] = [placeIn(made, name), placeIn(wanted, name)];
    return before !== now || !isDeepStrictEqual(made[before], wanted[now]);
  });
}

function auditAccount({ snapshot, gap, startOffset, nextOffset }: StoredPartition): void {
  const { counters, stores } = snapshot;
  if (!countersBalance(counters))
    throw new StoreDamagedError(`read is not counted + duplicate + late + dead-lettered: ${JSON.stringify(counters)}`);
  const [main] = stores;
  if (main?.counted !== counters.counted || main.late !== counters.late)
    throw new StoreDamagedError(`the default store has counted ${main?.counted}, the partition ${counters.counted}`);
  if (counters.read + gap > nextOffset - startOffset) {
    throw new StoreDamagedError(
      `${counters.read} records read and ${gap} lost between offsets ${startOffset} and ${nextOffset}`,
    );
  }
}

function auditStore(
  { name, windows, groupBy }: WindowStoreDefinition,
  { counted, late, cumulative, retired }: StoreSummary,
  contents: StoreSnapshot,
  { counters, streamTimeMs }: PartitionSnapshot,
): void {
  const fail = (message: string) => new StoreDamagedError(`${name}: ${message}`);
  if (counted + late !== counters.counted + counters.late)
    throw fail(`${counted} events counted and ${late} late, the partition has ${counters.counted + counters.late}`);
  // By category an event is counted at least once, and once for each of its categories.
  const { events } = cumulative;
  if (groupBy === 'category' ? events < counted : events !== counted)
    throw fail(`${counted} events counted, but ${events} in the totals`);
  const firstLive = windows.firstLiveSlice(streamTimeMs);
  for (const { slice } of contents.slices) {
    if (slice < firstLive || slice * windows.sliceMs > streamTimeMs)
      throw fail(`slice ${slice} is not live at stream time ${streamTimeMs}`);
  }
  if (groupBy === 'none' && contents.groups.some(({ group }) => group !== UNGROUPED))
    throw fail('there is a group in a store that does not group');
  auditGroups(contents, groupBy !== 'none', fail);
  const sum = exactSum([retired, ...contents.groups.map((group) => group.cumulative)], fail);
  if (!equalFigures(sum, cumulative))
    throw fail(
      `groups and retired totals make ${JSON.stringify(sum)}, cumulative totals are ${JSON.stringify(cumulative)}`,
    );
}

function auditGroups({ groups, slices }: StoreSnapshot, grouped: boolean, fail: (message: string) => Error): void {
  const sums = new Map<string, { sum: MutableFigures; slices: number }>();
  for (const { group, expired } of groups) sums.set(group, { sum: { ...expired }, slices: 0 });
  for (const { group, slice, figures } of slices) {
    const of = sums.get(group);
    if (!of) throw fail(`slice ${slice} is of group ${JSON.stringify(group)}, which has no totals`);
    of.slices++;
    exactly(() => addFigures(of.sum, figures), fail);
  }
  for (const { group, cumulative } of groups) {
    const of = sums.get(group);
    if (grouped && of?.slices === 0) throw fail(`group ${JSON.stringify(group)} has no live slice`);
    if (!of || !equalFigures(of.sum, cumulative)) {
      throw fail(
        `live slices and expired totals make ${JSON.stringify(of?.sum)}, cumulative totals are ${JSON.stringify(cumulative)}`,
      );
    }
  }
}

function exactSum(all: readonly Figures[], fail: (message: string) => Error): Figures {
  return exactly(() => sumFigures(all), fail);
}

/** Numbers that make no exact sum were never written. */
function exactly<T>(sum: () => T, fail: (message: string) => Error): T {
  try {
    return sum();
  } catch (error) {
    if (error instanceof FigureOverflowError) throw fail(error.message);
    throw error;
  }
}
