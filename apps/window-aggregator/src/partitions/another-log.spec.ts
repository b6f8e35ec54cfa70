import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, REJECTED_HEADERS, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog, MemoryBroker, type NewRecord } from '@orderpulse/event-log';
import { readdir, rm } from 'node:fs/promises';
import { createInstance, liveContext, temporaryFolder, TestClock, type Instance } from '../testing/instance';
import { BASE_MS, sampleEvent, toRecord } from '../testing/sample-events';

const NOW_MS = BASE_MS + 600_000;
let folder: string;
let broker: MemoryBroker;
let open: Instance[];

const ensure = (name: string) =>
  broker.ensure({ name, partitions: 1, replicationFactor: 1, retentionMs: 1e12, maxRecordBytes: 2 ** 21 });

/** A broker with every topic, all of them empty. */
function startBroker(): void {
  broker = new MemoryBroker(() => NOW_MS);
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) ensure(name);
}

beforeEach(async () => {
  folder = await temporaryFolder();
  open = [];
  startBroker();
});

afterEach(async () => {
  for (const instance of open) await instance.partitions.onApplicationShutdown();
  await rm(folder, { recursive: true, force: true });
});

function start(): Instance {
  const instance = createInstance({ broker, directory: folder, clock: new TestClock(NOW_MS) });
  open.push(instance);
  return instance;
}

async function stop(instance: Instance): Promise<void> {
  open = open.filter((each) => each !== instance);
  await instance.partitions.onApplicationShutdown();
}

const admin = () => createEventLog({ kind: 'memory', broker }).admin();
const append = (...records: NewRecord[]) => broker.append(ORDERS_TOPIC, records);

/** Deletes the orders topic and makes another one, with so many orders on it. */
function makeOrdersAgain(orders: number): void {
  broker.delete(ORDERS_TOPIC);
  ensure(ORDERS_TOPIC);
  append(...Array.from({ length: orders }, (_, index) => toRecord(sampleEvent({ event_id: `new-${index}` }))));
}

function workerOf({ partitions }: Instance) {
  const worker = partitions.get(0)?.worker;
  if (!worker) throw new Error('the partition is not held');
  return worker;
}

/** Reads the partition to its end, with a checkpoint after it. */
async function readOn(instance: Instance): Promise<void> {
  const { partitions } = instance;
  await partitions.onBatch(await admin().read(ORDERS_TOPIC, 0, workerOf(instance).nextOffset, 1_000), liveContext);
  await partitions.get(0)?.checkpointer.run();
}

describe('a log that is not the one that was read', () => {
  it('moves the store aside and starts over when the log is shorter than what was read from it', async () => {
    append(toRecord(sampleEvent()), toRecord(sampleEvent({ event_id: 'b' })));
    const first = start();
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(first);
    await stop(first);
    startBroker();
    append(toRecord(sampleEvent({ event_id: 'c' })));
    const second = start();
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(0);
    await readOn(second);
    expect(workerOf(second).windows.totals.orders).toBe(1);
    expect(second.alarms.list()).toEqual([
      expect.stringMatching(/log ends at 1: it is another log; store moved to .*set-aside/),
    ]);
    expect((await readdir(folder)).filter((name) => name.includes('set-aside'))).toHaveLength(1);
  });

  it('starts over when the topic was made again while it was down, however long the new one is, and so do its snapshots', async () => {
    // Of other seconds than what comes later: none of what was published of them is replaced by the way.
    const earlier = ['a', 'b'].map((id) => sampleEvent({ event_id: id, event_time_ms: BASE_MS + 7_000 }));
    append(...earlier.map((event) => toRecord(event)));
    const first = start();
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(first);
    await stop(first);
    makeOrdersAgain(5);
    const second = start();
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(0);
    await readOn(second);
    expect(workerOf(second).windows.totals.orders).toBe(5);
    expect(second.alarms.list()).toEqual([
      expect.stringMatching(/the snapshot .* is not used: it is of topic .*deleted and made again.* another log/),
      expect.stringMatching(/the store is of topic .*deleted and made again.* another log; store moved to .*set-aside/),
    ]);
    await stop(second);
    await rm(folder, { recursive: true });
    const third = start();
    expect(await third.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(5);
    expect(workerOf(third).windows.totals.orders).toBe(5);
    expect(third.alarms.list()).toEqual([]);
  });

  it('takes no dead letter of the topic before for one of the topic that was made again, though offset and time are the same', async () => {
    const dead: NewRecord = { partition: 0, key: 'k', value: null, timestampMs: BASE_MS };
    const topicIds: string[] = [];
    for (const isFirst of [true, false]) {
      if (!isFirst) makeOrdersAgain(0);
      append(dead);
      const instance = start();
      await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
      await readOn(instance);
      topicIds.push(workerOf(instance).topicId);
      await stop(instance);
    }
    const { records } = await admin().read(DEAD_LETTER_TOPIC, 0, 0, 10);
    const sources = records.map(({ headers }) => Buffer.from(headers[REJECTED_HEADERS.topicId] ?? []).toString());
    expect(sources).toEqual(topicIds);
    expect(new Set(topicIds).size).toBe(2);
  });

  it('folds no batch of the topic that was made again into the state of the one before', async () => {
    append(toRecord(sampleEvent()));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    makeOrdersAgain(3);
    await expect(readOn(instance)).rejects.toMatchObject({ code: 'LOG_REPLACED' });
    expect(workerOf(instance)).toMatchObject({ nextOffset: 1, windows: { totals: { orders: 1 } } });
  });

  it('starts the process over when the topic of a partition that comes back was made again, and leaves its store alone', async () => {
    append(toRecord(sampleEvent()));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await instance.partitions.onRevoked(ORDERS_TOPIC, 0);
    makeOrdersAgain(3);
    const assigned = instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await expect(assigned).rejects.toMatchObject({ code: 'LOG_REPLACED', retriable: false });
    await expect(assigned).rejects.toThrow('the topic was deleted and made again');
    expect(await readdir(folder)).toEqual(['FakeEcommOrders-0']);
  });
});
