import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog, FencedError, MemoryBroker } from '@orderpulse/event-log';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInstance, liveContext, temporaryFolder, TestClock, type Instance } from '../testing/instance';
import { BASE_MS, sampleEvent, toRecord } from '../testing/sample-events';

const NOW_MS = BASE_MS + 600_000;
let folder: string;
let broker: MemoryBroker;
let open: Instance[];
let made = 0;

beforeEach(async () => {
  folder = await temporaryFolder();
  broker = new MemoryBroker(() => NOW_MS);
  open = [];
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) ensure(name);
});

function ensure(name: string): void {
  broker.ensure({
    name,
    partitions: 2,
    replicationFactor: 1,
    retentionMs: 1e12,
    maxRecordBytes: 2 ** 22,
    compacted: name === SNAPSHOT_TOPIC,
  });
}

/** Deletes the snapshot topic and makes another one, which is empty. */
function makeSnapshotsAgain(): void {
  broker.delete(SNAPSHOT_TOPIC);
  ensure(SNAPSHOT_TOPIC);
}

afterEach(async () => {
  for (const { partitions } of open) await partitions.onApplicationShutdown();
  await rm(folder, { recursive: true, force: true });
});

/** An instance with a disk of its own, by name. */
function start(disk: string): Instance {
  const instance = createInstance({ broker, directory: join(folder, disk), clock: new TestClock(NOW_MS) });
  open.push(instance);
  return instance;
}

const admin = () => createEventLog({ kind: 'memory', broker }).admin();

function put(count: number, partition = 0): void {
  const events = Array.from({ length: count }, () => sampleEvent({ event_id: `event-${made++}`, revenue_cents: 101 }));
  broker.append(
    ORDERS_TOPIC,
    events.map((event) => toRecord(event, partition)),
  );
}

/** Reads on to the end, with a checkpoint after it. */
async function readOn({ partitions }: Instance, partition = 0): Promise<void> {
  const from = partitions.get(partition)?.worker.nextOffset ?? 0;
  await partitions.onBatch(await admin().read(ORDERS_TOPIC, partition, from, 1_000), liveContext);
  await partitions.get(partition)?.checkpointer.run();
}

const ordersIn = ({ partitions }: Instance, partition = 0) =>
  partitions.get(partition)?.worker.windows.totals.orders ?? null;

describe('snapshots', () => {
  it('let another instance go on where the last owner stopped, without reading anything twice', async () => {
    const [first, second] = [start('a'), start('b')];
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(5);
    await readOn(first);
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    put(2);
    await readOn(second);
    expect(ordersIn(second)).toBe(7);
    expect(second.alarms.list()).toEqual([]);
  });

  it('restore a store whose disk was lost', async () => {
    const first = start('a');
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(5);
    await readOn(first);
    await first.partitions.onApplicationShutdown();
    await rm(join(folder, 'a'), { recursive: true });
    const again = start('a');
    expect(await again.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    expect(again.partitions.get(0)?.worker.windows.counters).toMatchObject({ read: 5, counted: 5, duplicate: 0 });
    broker.append(ORDERS_TOPIC, [toRecord(sampleEvent({ event_id: `event-${made - 1}` }))]);
    await readOn(again);
    expect(again.partitions.get(0)?.worker.windows.counters).toMatchObject({ read: 6, counted: 5, duplicate: 1 });
  });

  it('take nothing from a former owner that does not know that it is one', async () => {
    const [zombie, owner] = [start('a'), start('b')];
    await zombie.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(3);
    await readOn(zombie);
    await owner.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(3);
    broker.append(ORDERS_TOPIC, [{ partition: 0, key: 'bad', value: null, timestampMs: BASE_MS }]);
    await readOn(zombie);
    await readOn(owner);
    expect(zombie.partitions.get(0)?.state).toBe('stopped');
    expect(zombie.fatal.errors).toEqual([]);
    expect(ordersIn(owner)).toBe(6);
    expect((await admin().read(DEAD_LETTER_TOPIC, 0, 0, 10)).records).toHaveLength(1);
    await zombie.partitions.onRevoked(ORDERS_TOPIC, 0);
    expect(await start('c').partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(7);
  });

  it('are published whole again when the disk knows more than the topic', async () => {
    const first = start('a');
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(5);
    await readOn(first);
    await first.partitions.onApplicationShutdown();
    const others = new MemoryBroker(() => NOW_MS);
    for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC])
      others.ensure({ name, partitions: 2, replicationFactor: 1, retentionMs: 1e12, maxRecordBytes: 2 ** 22 });
    others.append(
      ORDERS_TOPIC,
      (await admin().read(ORDERS_TOPIC, 0, 0, 100)).records.map((record) => ({ ...record })),
    );
    broker = others;
    expect(await start('a').partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    expect(await start('b').partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
  });

  it('are published whole again when those of the same number are of another offset', async () => {
    const first = start('a');
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(5);
    await readOn(first);
    await first.partitions.onApplicationShutdown();
    makeSnapshotsAgain();
    const rebuilt = start('b');
    await rebuilt.partitions.onAssigned(ORDERS_TOPIC, 0);
    await rebuilt.partitions.onBatch(await admin().read(ORDERS_TOPIC, 0, 0, 3), liveContext);
    await rebuilt.partitions.get(0)?.checkpointer.run();
    await rebuilt.partitions.onApplicationShutdown();
    const again = start('a');
    expect(await again.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    put(1);
    await readOn(again);
    const third = start('c');
    expect(await third.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(6);
    expect(ordersIn(third)).toBe(6);
    expect(third.alarms.list()).toEqual([]);
  });

  it('that do not add up are not used, and are replaced', async () => {
    const first = start('a');
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(5);
    await readOn(first);
    await first.partitions.onApplicationShutdown();
    const snapshot = (await admin().read(SNAPSHOT_TOPIC, 0, 0, 1_000)).records;
    const slice = snapshot.find(({ key }) => key !== '00');
    broker.append(SNAPSHOT_TOPIC, [
      { partition: 0, key: slice?.key ?? '', value: null, timestampMs: NOW_MS },
      { partition: 0, key: '00', value: snapshot.at(-1)?.value ?? null, timestampMs: NOW_MS },
    ]);
    const second = start('b');
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(0);
    expect(second.alarms.list()).toEqual([expect.stringContaining('the snapshot of FakeEcommOrders-0 is not used')]);
    await readOn(second);
    const third = start('c');
    expect(await third.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    expect(third.alarms.list()).toEqual([]);
  });

  it('give every instance a view of all partitions', async () => {
    const [first, second] = [start('a'), start('b')];
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    await second.partitions.onAssigned(ORDERS_TOPIC, 1);
    put(5, 0);
    put(3, 1);
    await readOn(first, 0);
    await readOn(second, 1);
    first.partitions.followOthers([0, 1]);
    await first.follower.readToEnd(1);
    const views = first.views.all();
    expect(views.map(({ partition, state, windows }) => [partition, state, windows.totals.orders])).toEqual([
      [0, 'running', 5],
      [1, 'following', 3],
    ]);
    put(1, 1);
    await readOn(second, 1);
    await first.follower.readToEnd(1);
    const [, followed] = first.views.all();
    expect(followed).toMatchObject({ nextOffset: 4, windows: { totals: { orders: 4, revenueCents: 404 } } });
  });

  it('are not appended by an owner whose right was taken while it was writing', async () => {
    const first = start('a');
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    put(1);
    await readOn(first);
    await start('b').partitions.onAssigned(ORDERS_TOPIC, 0);
    put(1);
    const held = first.partitions.get(0);
    await first.partitions.onBatch(await admin().read(ORDERS_TOPIC, 0, 1, 10), liveContext);
    await expect(held?.worker.checkpoint()).rejects.toThrow(FencedError);
    expect(held?.worker.checkpointOffset).toBe(1);
  });

  describe('on a topic that was made again', () => {
    it('are read from its beginning, however long it is', async () => {
      const [owner, other] = [start('a'), start('b')];
      await owner.partitions.onAssigned(ORDERS_TOPIC, 0);
      put(1);
      await readOn(owner);
      await other.follower.readToEnd(0);
      expect(other.views.all()).toMatchObject([{ nextOffset: 1 }]);
      await owner.partitions.onApplicationShutdown();
      makeSnapshotsAgain();
      const again = start('a');
      await again.partitions.onAssigned(ORDERS_TOPIC, 0);
      for (let round = 0; round < 9; round++) {
        put(1);
        await readOn(again);
      }
      await other.follower.readToEnd(0);
      expect(other.views.all()).toMatchObject([{ nextOffset: 10, windows: { totals: { orders: 10 } } }]);
      expect(other.alarms.list()).toEqual([]);
    });

    it('end the process of their owner, which publishes everything when it starts over', async () => {
      const owner = start('a');
      await owner.partitions.onAssigned(ORDERS_TOPIC, 0);
      put(3);
      await readOn(owner);
      await owner.monitor.look();
      expect(owner.fatal.errors).toEqual([]);
      makeSnapshotsAgain();
      put(1);
      await readOn(owner);
      await owner.monitor.look();
      expect(owner.fatal.errors).toEqual([expect.objectContaining({ code: 'SNAPSHOTS_REPLACED', retriable: false })]);
      await owner.partitions.onApplicationShutdown();
      await start('a').partitions.onAssigned(ORDERS_TOPIC, 0);
      const other = start('b');
      await other.follower.readToEnd(0);
      expect(other.views.all()).toMatchObject([{ nextOffset: 4, windows: { totals: { orders: 4 } } }]);
      expect(other.alarms.list()).toEqual([]);
    });

    it('do not end the process of who has given the partition up', async () => {
      const former = start('a');
      await former.partitions.onAssigned(ORDERS_TOPIC, 0);
      put(1);
      await readOn(former);
      await former.partitions.onRevoked(ORDERS_TOPIC, 0);
      makeSnapshotsAgain();
      await former.monitor.look();
      expect(former.fatal.errors).toEqual([]);
    });
  });
});
