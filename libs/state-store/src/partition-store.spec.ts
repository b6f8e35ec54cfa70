import { listWindows, PartitionWindows } from '@orderpulse/windowing';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeKey, seal, slotKey, unseal } from './codec';
import { LevelDatabase, type BatchOperation, type Database } from './database';
import { StoreDamagedError, StoreLockedError, StoreUnavailableError } from './errors';
import { PartitionStore } from './partition-store';
import { readEvents, temporaryFolder, TOPIC, windows, windowsOptions } from './testing/sample-partition';

const now = () => 1_700_000_000_000;
let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = (path: string, database: (path: string) => Database = (at) => new LevelDatabase(at)) =>
  PartitionStore.open({ topic: TOPIC, partition: 2, windows, now, database: () => database(path) });

const answers = (partition: PartitionWindows) => ({
  counters: partition.counters,
  totals: partition.totals,
  streamTimeMs: partition.streamTimeMs,
  windows: listWindows(windows, [partition], 0, Number.MAX_SAFE_INTEGER),
});

/** A database whose next writes fail, before or after they reached the disk. */
class FailingDatabase extends LevelDatabase {
  static failures: ('before' | 'after')[] = [];

  override async writeSync(operations: BatchOperation[]): Promise<void> {
    const failure = FailingDatabase.failures.shift();
    if (failure === 'before') throw new Error('IO error: No space left on device');
    await super.writeSync(operations);
    if (failure === 'after') throw new Error('IO error: No space left on device');
  }
}

describe('PartitionStore', () => {
  it('is empty at first', async () => {
    const { store, stored } = await open(folder);
    expect(stored).toBeUndefined();
    await store.close();
  });

  it('gives back windows, ids, counters and position, and reading goes on as if nothing had happened', async () => {
    const straight = new PartitionWindows(windowsOptions);
    let partition = new PartitionWindows(windowsOptions);
    for (let round = 0; round < 12; round++) {
      const { store, stored } = await open(folder);
      if (stored) {
        expect(stored).toMatchObject({ startOffset: 5, nextOffset: 5 + round * 180, gap: 0, savedAtMs: now() });
        partition = PartitionWindows.restore(windowsOptions, stored.snapshot);
      }
      for (let part = 0; part < 3; part++) {
        const from = round * 180 + part * 60;
        readEvents(straight, from, 60);
        readEvents(partition, from, 60);
        await store.checkpoint(partition.takeChanges(), { startOffset: 5, nextOffset: 5 + from + 60, gap: 0 });
      }
      expect(answers(partition)).toEqual(answers(straight));
      await store.close();
    }
    expect(straight.counters.late).toBeGreaterThan(0);
    expect(straight.counters.duplicate).toBeGreaterThan(0);
  });

  it('opens at the last checkpoint after a crash at any time', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    const atOffset = new Map<number, ReturnType<typeof answers>>();
    for (let from = 0; from < 900; from += 60) {
      readEvents(partition, from, 60);
      const changes = partition.takeChanges();
      atOffset.set(from + 60, answers(partition));
      const writing = store.checkpoint(changes, { startOffset: 0, nextOffset: from + 60, gap: 0 });
      const crashed = join(folder, '..', `${folder.split('/').at(-1)}-crash-${from}`);
      if (from % 120 === 0) await writing;
      await cp(folder, crashed, { recursive: true, filter: (path) => !path.endsWith('LOCK') });
      await writing;
      const { store: reopened, stored } = await open(crashed);
      if (from % 120 === 0) expect(stored?.nextOffset).toBe(from + 60);
      if (stored)
        expect(answers(PartitionWindows.restore(windowsOptions, stored.snapshot))).toEqual(
          atOffset.get(stored.nextOffset),
        );
      await reopened.close();
      await rm(crashed, { recursive: true });
    }
    await store.close();
  });

  it.each(['before', 'after'] as const)(
    'loses nothing when a checkpoint fails %s it reached the disk',
    async (failure) => {
      const { store } = await open(folder, (path) => new FailingDatabase(path));
      const partition = new PartitionWindows(windowsOptions);
      for (let from = 0; from < 600; from += 60) {
        readEvents(partition, from, 60);
        const changes = partition.takeChanges();
        FailingDatabase.failures = from % 180 === 0 ? [failure] : [];
        try {
          await store.checkpoint(changes, { startOffset: 0, nextOffset: from + 60, gap: 0 });
          expect(from % 180).not.toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(StoreUnavailableError);
          partition.returnChanges(changes);
        }
      }
      await store.checkpoint(partition.takeChanges(), { startOffset: 0, nextOffset: 600, gap: 0 });
      await store.close();
      const { store: reopened, stored } = await open(folder);
      expect(stored?.nextOffset).toBe(600);
      if (stored)
        expect(answers(PartitionWindows.restore(windowsOptions, stored.snapshot))).toEqual(answers(partition));
      await reopened.close();
    },
  );

  it('forgets event ids on disk as well', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    for (let from = 0; from < 6_000; from += 100) {
      readEvents(partition, from, 100);
      await store.checkpoint(partition.takeChanges(), { startOffset: 0, nextOffset: from + 100, gap: 0 });
    }
    await store.close();
    const database = new LevelDatabase(folder);
    await database.open();
    let ids = 0;
    for await (const [key] of database.entries()) if (key[0] === 2) ids++;
    await database.close();
    // 60 checkpoints of 90 s of events, each with ids in about five buckets; 15 to 16 min of them are remembered.
    expect(ids).toBeLessThan(60);
  });

  it("is one process's alone", async () => {
    const { store } = await open(folder);
    await expect(open(folder)).rejects.toThrow(StoreLockedError);
    await expect(open(folder)).rejects.toThrow('another instance runs on it');
    await store.close();
  });

  it('refuses the store of another partition, other windows, or totals that do not add up', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    readEvents(partition, 0, 50);
    const changes = partition.takeChanges();
    await store.checkpoint(
      { ...changes, dirtySlices: changes.dirtySlices.slice(1) },
      { startOffset: 0, nextOffset: 50, gap: 0 },
    );
    await store.close();
    await expect(open(folder)).rejects.toThrow(/live slices and expired totals make/);
    const { store: other } = await openOther(1);
    await other.checkpoint(changes, { startOffset: 0, nextOffset: 50, gap: 0 });
    await other.close();
    await expect(openOther(3)).rejects.toThrow(StoreDamagedError);
  });

  it('notices event ids that a lost checkpoint had added, though every total is right', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    readEvents(partition, 0, 50);
    const changes = partition.takeChanges();
    await store.checkpoint(
      { ...changes, addedSeen: changes.addedSeen.slice(1) },
      { startOffset: 0, nextOffset: 50, gap: 0 },
    );
    await store.close();
    await expect(open(folder)).rejects.toThrow(/event ids stored/);
  });

  it('notices a value that changed, was cut short, or stands under another key', async () => {
    const key = slotKey(7);
    const value = seal(key, new Uint8Array(56));
    expect(unseal(key, value)).toHaveLength(56);
    for (let at = 0; at < value.length; at++) {
      const changed = Uint8Array.from(value);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(key, changed)).toThrow(StoreDamagedError);
    }
    expect(() => unseal(slotKey(8), value)).toThrow(StoreDamagedError);
    expect(() => unseal(key, value.subarray(0, 3))).toThrow(StoreDamagedError);
    expect(() => decodeKey(Uint8Array.of(9))).toThrow(StoreDamagedError);
  });

  const openOther = (partition: number) =>
    PartitionStore.open({
      topic: TOPIC,
      partition,
      windows,
      now,
      database: () => new LevelDatabase(join(folder, 'other')),
    });
});
