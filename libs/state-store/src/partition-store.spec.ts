import { PartitionWindows } from '@orderpulse/windowing';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LevelDatabase, type BatchOperation, type Database } from './database';
import { StoreDamagedError, StoreLockedError, StoreUnavailableError } from './errors';
import { PartitionStore } from './partition-store';
import { readStoredPartition } from './stored-partition';
import {
  answersOf as answers,
  readEvents,
  temporaryFolder,
  TOPIC,
  TOPIC_ID,
  windowsOptions,
} from './testing/sample-partition';

const now = () => 1_700_000_000_000;
let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = (path: string, database: (path: string) => Database = (at) => new LevelDatabase(at)) =>
  PartitionStore.open({ topic: TOPIC, partition: 2, windows: windowsOptions, now, database: () => database(path) });

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
        expect(stored).toMatchObject({
          topicId: TOPIC_ID,
          startOffset: 5,
          nextOffset: 5 + round * 180,
          gap: 0,
          savedAtMs: now(),
        });
        partition = PartitionWindows.restore(windowsOptions, stored.snapshot);
      }
      for (let part = 0; part < 3; part++) {
        const from = round * 180 + part * 60;
        readEvents(straight, from, 60);
        readEvents(partition, from, 60);
        await store.checkpoint(partition.takeChanges(), {
          topicId: TOPIC_ID,
          startOffset: 5,
          nextOffset: 5 + from + 60,
          gap: 0,
        });
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
      const writing = store.checkpoint(changes, { topicId: TOPIC_ID, startOffset: 0, nextOffset: from + 60, gap: 0 });
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
          await store.checkpoint(changes, { topicId: TOPIC_ID, startOffset: 0, nextOffset: from + 60, gap: 0 });
          expect(from % 180).not.toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(StoreUnavailableError);
          partition.returnChanges(changes);
        }
      }
      await store.checkpoint(partition.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 600, gap: 0 });
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
      await store.checkpoint(partition.takeChanges(), {
        topicId: TOPIC_ID,
        startOffset: 0,
        nextOffset: from + 100,
        gap: 0,
      });
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

  /** A store whose disk had no room for a checkpoint, and what tries that again. */
  async function openWithFailedCheckpoint() {
    const { store } = await open(folder, (path) => new FailingDatabase(path));
    const partition = new PartitionWindows(windowsOptions);
    const checkpoint = () =>
      store.checkpoint(partition.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 60, gap: 0 });
    readEvents(partition, 0, 60);
    FailingDatabase.failures = ['before'];
    await expect(checkpoint()).rejects.toThrow('No space left');
    return { store, checkpoint };
  }

  it('stays closed under a checkpoint that comes to write after one that failed', async () => {
    const { store, checkpoint } = await openWithFailedCheckpoint();
    await store.close();
    await expect(checkpoint()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
    const { store: next } = await open(folder);
    await next.close();
  });

  it('is free for the next one once it is closed, though it was being opened again', async () => {
    const { store, checkpoint } = await openWithFailedCheckpoint();
    const writing = checkpoint();
    writing.catch(() => undefined);
    await store.close();
    const { store: next } = await open(folder);
    await next.close();
    await expect(writing).rejects.toThrow(StoreUnavailableError);
  });

  it('refuses the store of another partition', async () => {
    const { store: other } = await openOther(1);
    const partition = new PartitionWindows(windowsOptions);
    readEvents(partition, 0, 50);
    await other.checkpoint(partition.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 50, gap: 0 });
    await other.close();
    await expect(openOther(3)).rejects.toThrow(StoreDamagedError);
  });

  it('gives the operations of a checkpoint away before it writes them, and writes nothing when they are refused', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    const published = new Map<string, [Uint8Array, Uint8Array]>();
    const publish = (operations: readonly BatchOperation[]) => {
      for (const operation of operations) {
        const id = Buffer.from(operation.key).toString('hex');
        if (operation.type === 'put') published.set(id, [operation.key, operation.value]);
        else published.delete(id);
      }
      return Promise.resolve();
    };
    for (let from = 0; from < 3_000; from += 100) {
      readEvents(partition, from, 100);
      const position = { topicId: TOPIC_ID, startOffset: 0, nextOffset: from + 100, gap: 0 };
      const refused = partition.takeChanges();
      await expect(store.checkpoint(refused, position, () => Promise.reject(new Error('fenced')))).rejects.toThrow(
        'fenced',
      );
      partition.returnChanges(refused);
      await store.checkpoint(partition.takeChanges(), position, publish);
    }
    await store.close();
    const { store: reopened, stored } = await open(folder);
    await reopened.close();
    const expected = { topic: TOPIC, partition: 2, windows: windowsOptions };
    const fromPublished = readStoredPartition(published.values(), expected);
    if (!stored || !fromPublished) throw new Error('nothing was stored');
    const { snapshot, ...header } = stored;
    expect(fromPublished).toMatchObject({ ...header, sequence: 30 });
    const restored = PartitionWindows.restore(windowsOptions, fromPublished.snapshot);
    expect(answers(restored)).toEqual(answers(partition));
    expect(restored.takeChanges().summary.seenCount).toBe(snapshot.seenCount);
    expect(readStoredPartition([], expected)).toBeUndefined();
  });

  it('can be made to hold a whole state from elsewhere, in place of what it held, and goes on from there', async () => {
    const { store } = await open(folder);
    const partition = new PartitionWindows(windowsOptions);
    const checkpoint = (nextOffset: number) =>
      store.checkpoint(partition.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset, gap: 0 });
    for (let from = 0; from < 2_000; from += 100) {
      readEvents(partition, from, 100);
      await checkpoint(from + 100);
    }
    await store.close();
    const { store: source, stored } = await open(folder);
    await source.close();
    if (!stored) throw new Error('nothing was stored');

    const { store: copy } = await openOther(2);
    const older = new PartitionWindows(windowsOptions);
    readEvents(older, 5_000, 300);
    await copy.checkpoint(older.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 300, gap: 0 });
    await copy.replaceWith(stored);
    const restored = PartitionWindows.restore(windowsOptions, stored.snapshot);
    expect(answers(restored)).toEqual(answers(partition));
    readEvents(restored, 2_000, 2_000);
    readEvents(partition, 2_000, 2_000);
    await copy.checkpoint(restored.takeChanges(), { topicId: TOPIC_ID, startOffset: 0, nextOffset: 4_000, gap: 0 });
    await copy.close();
    const { store: reopened, stored: found } = await openOther(2);
    await reopened.close();
    expect(found).toMatchObject({ sequence: stored.sequence + 1, nextOffset: 4_000 });
    if (found) expect(answers(PartitionWindows.restore(windowsOptions, found.snapshot))).toEqual(answers(partition));
  });

  const openOther = (partition: number) =>
    PartitionStore.open({
      topic: TOPIC,
      partition,
      windows: windowsOptions,
      now,
      database: () => new LevelDatabase(join(folder, 'other')),
    });
});
