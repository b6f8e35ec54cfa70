import { DEFAULT_DEDUPLICATION, PartitionWindows, WindowStores } from '@orderpulse/windowing';
import fc from 'fast-check';
import { cp, mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreLockedError } from './errors';
import { StoreDirectory } from './store-directory';
import {
  answersOf,
  readEvents,
  stores,
  temporaryFolder,
  TOPIC,
  TOPIC_ID,
  windowsOptions,
} from './testing/sample-partition';

const now = () => Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const minutes = { type: 'tumbling', sizeMs: 60_000, graceMs: 0 } as const;
let folder: string;
let directory: StoreDirectory;

beforeEach(async () => {
  folder = await temporaryFolder();
  directory = new StoreDirectory({ directory: folder, windows: windowsOptions, now });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const answers = (partition: PartitionWindows) => JSON.stringify(answersOf(partition));

/** Fills partition 0 in two sittings, so that there is a table file as well as a log; returns the right answers by offset. */
async function fill(): Promise<Map<number, string>> {
  const byOffset = new Map<number, string>();
  const partition = new PartitionWindows(windowsOptions);
  for (const sitting of [0, 1]) {
    const { store } = await directory.open(TOPIC, 0);
    for (let part = 0; part < 20; part++) {
      const from = sitting * 600 + part * 30;
      readEvents(partition, from, 30);
      await store.checkpoint(partition.takeChanges(), {
        topicId: TOPIC_ID,
        startOffset: 0,
        nextOffset: from + 30,
        gap: 0,
      });
      byOffset.set(from + 30, answers(partition));
    }
    await store.close();
  }
  return byOffset;
}

type Damage = { kind: 'flip' | 'truncate' | 'zero' | 'delete'; file: number; at: number; bit: number };

async function inflict(path: string, { kind, file, at, bit }: Damage): Promise<string> {
  const files = (await readdir(path)).filter((name) => /\.(log|ldb)$|^CURRENT$|^MANIFEST/.test(name)).sort();
  const name = files[file % files.length] ?? 'CURRENT';
  const bytes = await readFile(join(path, name));
  const position = bytes.length === 0 ? 0 : Math.floor(at * bytes.length);
  if (kind === 'delete') await unlink(join(path, name));
  else if (kind === 'truncate') await truncate(join(path, name), position);
  else {
    if (kind === 'zero') bytes.fill(0, position, Math.min(bytes.length, position + 4096));
    else bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
    await writeFile(join(path, name), bytes);
  }
  return name;
}

describe('StoreDirectory', () => {
  it('names a store after topic and partition, and refuses names that leave the folder', () => {
    expect(directory.pathOf(TOPIC, 3)).toBe(join(folder, 'FakeEcommOrders-3'));
    expect(() => directory.pathOf('../x', 0)).toThrow(RangeError);
    expect(() => directory.pathOf('..', 0)).toThrow(RangeError);
    expect(() => directory.pathOf(TOPIC, -1)).toThrow(RangeError);
  });

  it('makes a store that is not there, without a word', async () => {
    const { store, stored, movedAside } = await directory.open(TOPIC, 0);
    expect([stored, movedAside]).toEqual([undefined, undefined]);
    await store.close();
  });

  it('never answers wrongly after damage: an exact earlier state, or moved aside and new', async () => {
    const rightAnswers = await fill();
    let copies = 0;
    let moved = 0;
    const damage = fc.record<Damage>({
      kind: fc.constantFrom('flip', 'flip', 'flip', 'truncate', 'zero', 'delete'),
      file: fc.nat(3),
      at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      bit: fc.nat(7),
    });
    const property = fc.asyncProperty(damage, async (blow) => {
      const damagedFolder = join(folder, `copy-${copies++}`);
      const damaged = new StoreDirectory({ directory: damagedFolder, windows: windowsOptions, now });
      await cp(directory.pathOf(TOPIC, 0), damaged.pathOf(TOPIC, 0), { recursive: true });
      await inflict(damaged.pathOf(TOPIC, 0), blow);
      const { store, stored, movedAside } = await damaged.open(TOPIC, 0);
      if (stored) {
        expect(movedAside).toBeUndefined();
        expect(answers(PartitionWindows.restore(windowsOptions, stored.snapshot))).toBe(
          rightAnswers.get(stored.nextOffset),
        );
      } else {
        moved++;
        expect(movedAside?.reason).toEqual(expect.any(String));
        expect(await readdir(movedAside?.path ?? '')).not.toHaveLength(0);
      }
      const fresh = new PartitionWindows(windowsOptions);
      readEvents(fresh, 0, 10);
      if (!stored)
        await store.checkpoint(fresh.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 10, gap: 0 });
      await store.close();
      await rm(damagedFolder, { recursive: true });
    });
    await fc.assert(property, { numRuns: 200 });
    expect(moved).toBeGreaterThan(0);
  }, 60_000);

  it('moves a damaged store aside under its name and the time, and says why', async () => {
    await fill();
    await writeFile(join(directory.pathOf(TOPIC, 0), 'CURRENT'), 'MANIFEST-999999\n');
    const { store, stored, movedAside } = await directory.open(TOPIC, 0);
    expect(stored).toBeUndefined();
    expect(movedAside?.path).toBe(join(folder, 'FakeEcommOrders-0.set-aside-2026-01-02T03-04-05-006Z'));
    expect(movedAside?.reason).toMatch(/LevelDB cannot open it/);
    await store.close();
    await writeFile(join(directory.pathOf(TOPIC, 0), 'CURRENT'), 'MANIFEST-999999\n');
    const again = await directory.open(TOPIC, 0);
    expect(again.movedAside?.path).toMatch(/006Z-2$/);
    await again.store.close();
  });

  it('notices files without a checkpoint in them', async () => {
    await fill();
    const path = directory.pathOf(TOPIC, 0);
    for (const name of await readdir(path))
      if (name === 'CURRENT' || name.endsWith('.log')) await unlink(join(path, name));
    const { store, movedAside } = await directory.open(TOPIC, 0);
    expect(movedAside?.reason).toMatch(/no checkpoint/);
    await store.close();
  });

  it.each([
    ['fewer', new WindowStores(stores.further.slice(1))],
    ['in another order', new WindowStores([...stores.further].reverse())],
    ['over other windows', new WindowStores(stores.further.map((spec) => ({ ...spec, window: minutes })))],
    ['grouped otherwise', new WindowStores(stores.further.map((spec) => ({ ...spec, groupBy: 'state' })))],
  ])('rebuilds when the window stores are %s', async (_how, others) => {
    await fill();
    const other = new StoreDirectory({ directory: folder, windows: { ...windowsOptions, stores: others }, now });
    const { store, movedAside } = await other.open(TOPIC, 0);
    expect(movedAside?.reason).toMatch(/^it was made for other windows \(of \w+/);
    await store.close();
  });

  it.each([
    ['off', { deduplicate: false }],
    ['over another horizon', { deduplication: { ...DEFAULT_DEDUPLICATION, horizonMs: 1_800_000 } }],
  ])('rebuilds when deduplication is %s', async (_how, others) => {
    await fill();
    const other = new StoreDirectory({ directory: folder, windows: { ...windowsOptions, ...others }, now });
    const { store, stored, movedAside } = await other.open(TOPIC, 0);
    expect(stored).toBeUndefined();
    expect(movedAside?.reason).toMatch(/made with other deduplication .*900000/);
    await store.close();
  });

  it('does not mind the horizon where every record counts', async () => {
    const off = { ...windowsOptions, deduplicate: false };
    const { store: first } = await new StoreDirectory({ directory: folder, windows: off, now }).open(TOPIC, 0);
    const partition = new PartitionWindows(off);
    readEvents(partition, 0, 60);
    await first.checkpoint(partition.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 60, gap: 0 });
    await first.close();
    const other = { ...off, deduplication: { ...DEFAULT_DEDUPLICATION, horizonMs: 1_800_000 } };
    const { store, stored } = await new StoreDirectory({ directory: folder, windows: other, now }).open(TOPIC, 0);
    expect(stored).toMatchObject({ nextOffset: 60, deduplication: null });
    await store.close();
  });

  it('leaves a store alone that another instance has open', async () => {
    const { store } = await directory.open(TOPIC, 0);
    await expect(directory.open(TOPIC, 0)).rejects.toThrow(StoreLockedError);
    expect(await readdir(folder)).toEqual(['FakeEcommOrders-0']);
    await store.close();
  });

  it('says so when the folder cannot be made', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    const blocked = new StoreDirectory({ directory: join(folder, 'file'), windows: windowsOptions, now });
    await expect(blocked.open(TOPIC, 0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
  });
});
