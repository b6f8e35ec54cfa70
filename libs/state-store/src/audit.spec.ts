import { PartitionWindows, type PartitionChanges, type StoreChanges } from '@orderpulse/windowing';
import { rm } from 'node:fs/promises';
import { decodeKey, seal, sliceKey, unseal } from './codec';
import { LevelDatabase } from './database';
import { StoreDamagedError } from './errors';
import { PartitionStore } from './partition-store';
import { readEvents, temporaryFolder, TOPIC, TOPIC_ID, windowsOptions } from './testing/sample-partition';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = () =>
  PartitionStore.open({
    topic: TOPIC,
    partition: 2,
    windows: windowsOptions,
    now: () => 0,
    database: () => new LevelDatabase(folder),
  });

describe('the audit of a store', () => {
  const inStore = (store: number, change: (changes: StoreChanges) => StoreChanges) => (changes: PartitionChanges) => ({
    ...changes,
    stores: changes.stores.map((each, index) => (index === store ? change(each) : each)),
  });
  const inSummary = (change: Partial<PartitionChanges['summary']>) => (changes: PartitionChanges) => ({
    ...changes,
    summary: { ...changes.summary, ...change },
  });

  it.each<[string, (changes: PartitionChanges) => PartitionChanges, RegExp]>([
    [
      'a slice is missing',
      inStore(0, (changes) => ({ ...changes, slices: changes.slices.slice(1) })),
      /default: live slices and expired totals make/,
    ],
    [
      'a slice of a group is missing',
      inStore(1, (changes) => ({ ...changes, slices: changes.slices.slice(1) })),
      /Categories: (live slices and expired totals make|group .* has no live slice)/,
    ],
    [
      'a group is missing with all its slices',
      inStore(1, (changes) => ({
        ...changes,
        groups: changes.groups.slice(1),
        slices: changes.slices.filter(({ group }) => group !== changes.groups[0]?.group),
      })),
      /Categories: groups and retired totals make/,
    ],
    [
      'the totals of a group are missing',
      inStore(1, (changes) => ({ ...changes, groups: changes.groups.slice(1) })),
      /Categories: slice \d+ is of group "category-\d+", which has no totals/,
    ],
    [
      'a slice stands in another group',
      inStore(1, (changes) => ({
        ...changes,
        slices: changes.slices.map((slice, n) => (n === 0 ? { ...slice, group: 'category-9' } : slice)),
      })),
      /Categories: /,
    ],
    [
      'a slice is none that is live',
      inStore(0, ({ slices, ...changes }) => ({
        ...changes,
        slices: slices.map((slice, n) => (n === 0 ? { ...slice, slice: 7 } : slice)),
      })),
      /default: slice 7 is not live/,
    ],
    [
      'there is a group where nothing is grouped',
      inStore(2, (changes) => ({ ...changes, groups: changes.groups.map((group) => ({ ...group, group: 'x' })) })),
      /Day: there is a group/,
    ],
    [
      'event ids are missing, though every total is right',
      (changes) => ({ ...changes, addedSeen: changes.addedSeen.slice(1) }),
      /event ids stored/,
    ],
    [
      'the account does not balance',
      inSummary({ counters: { read: 50, counted: 50, duplicate: 1, late: 0, deadLettered: 0 } }),
      /read is not counted \+ duplicate/,
    ],
    [
      'a store has counted more than the partition',
      (changes) =>
        inSummary({ stores: changes.summary.stores.map((each) => ({ ...each, late: each.late + 1 })) })(changes),
      /has counted|late/,
    ],
    [
      'the summary is of fewer stores',
      (changes) => inSummary({ stores: changes.summary.stores.slice(1) })(changes),
      /stores|counted/,
    ],
  ])('notices that %s', async (_what, spoil, message) => {
    const { store } = await open();
    const partition = new PartitionWindows(windowsOptions);
    readEvents(partition, 0, 50);
    await store.checkpoint(spoil(partition.takeChanges()), {
      topicId: TOPIC_ID,
      startOffset: 0,
      nextOffset: 50,
      gap: 0,
    });
    await store.close();
    await expect(open()).rejects.toThrow(StoreDamagedError);
    await expect(open()).rejects.toThrow(message);
  });

  it('notices a value that changed, was cut short, or stands under another key', async () => {
    const key = sliceKey(0, 7, '');
    const value = seal(key, new Uint8Array(56));
    expect(unseal(key, value)).toHaveLength(56);
    for (let at = 0; at < value.length; at++) {
      const changed = Uint8Array.from(value);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(key, changed)).toThrow(StoreDamagedError);
    }
    expect(() => unseal(sliceKey(0, 8, ''), value)).toThrow(StoreDamagedError);
    expect(() => unseal(key, value.subarray(0, 3))).toThrow(StoreDamagedError);
    expect(() => decodeKey(Uint8Array.of(9))).toThrow(StoreDamagedError);
  });
});
