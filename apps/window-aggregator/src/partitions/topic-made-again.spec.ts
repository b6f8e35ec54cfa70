import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog, MemoryBroker } from '@orderpulse/event-log';
import { createInstance, liveContext, TestClock, type Instance } from '../testing/instance';
import { BASE_MS, sampleEvent, toRecord } from '../testing/sample-events';

const NOW_MS = BASE_MS + 600_000;
let broker: MemoryBroker;
let open: Instance[];

beforeEach(() => {
  broker = new MemoryBroker(() => NOW_MS);
  open = [];
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) ensure(name, 2);
});

afterEach(async () => {
  for (const { partitions } of open) await partitions.onApplicationShutdown();
});

const ensure = (name: string, partitions: number) =>
  broker.ensure({ name, partitions, replicationFactor: 1, retentionMs: 1e12, maxRecordBytes: 2 ** 21 });

/** Deletes the orders topic and makes another one. */
function makeOrdersAgain(partitions = 2): void {
  broker.delete(ORDERS_TOPIC);
  ensure(ORDERS_TOPIC, partitions);
}

/** An instance with a disk of its own. */
function start(): Instance {
  const instance = createInstance({ broker, directory: new Map(), clock: new TestClock(NOW_MS) });
  open.push(instance);
  return instance;
}

let made = 0;
const put = (orders: number, partition = 0) =>
  broker.append(
    ORDERS_TOPIC,
    Array.from({ length: orders }, () => toRecord(sampleEvent({ event_id: `event-${made++}` }), partition)),
  );

/** Gives the instance a partition and what stands there, with a checkpoint after it. */
async function own({ partitions }: Instance, partition = 0): Promise<void> {
  const admin = createEventLog({ kind: 'memory', broker }).admin();
  const offset = await partitions.onAssigned(ORDERS_TOPIC, partition);
  await partitions.onBatch(await admin.read(ORDERS_TOPIC, partition, Number(offset), 1_000), liveContext);
  await partitions.get(partition)?.checkpointer.run();
}

const figures = ({ views }: Instance) =>
  views.all().map(({ partition, state, windows }) => [partition, state, windows.totals.orders]);

describe('an instance that has given a partition up before its topic was made again', () => {
  let former: Instance;

  beforeEach(async () => {
    former = start();
    put(9);
    await own(former);
    await former.partitions.onRevoked(ORDERS_TOPIC, 0);
    await former.monitor.look();
    expect(figures(former)).toEqual([[0, 'stopped', 9]]);
  });

  it('starts over, and answers nothing from the old topic meanwhile', async () => {
    makeOrdersAgain();
    await former.monitor.look();
    expect(former.fatal.errors).toEqual([expect.objectContaining({ code: 'LOG_REPLACED' })]);
    expect(figures(former)).toEqual([]);
  });

  it('answers from what the new owner publishes, though it had read further in the old topic', async () => {
    makeOrdersAgain();
    const owner = start();
    put(2);
    await own(owner);
    await former.monitor.look();
    await former.follower.readToEnd(0);
    expect(figures(former)).toEqual([[0, 'following', 2]]);
  });

  it('starts over when the new topic has no such partition', async () => {
    await own(former, 1);
    await former.partitions.onRevoked(ORDERS_TOPIC, 1);
    makeOrdersAgain(1);
    await former.monitor.look();
    expect(former.fatal.errors).toHaveLength(1);
    expect(figures(former)).toEqual([]);
  });
});

describe('an instance that follows the partitions of a topic that is made again', () => {
  let owner: Instance;
  let follower: Instance;

  beforeEach(async () => {
    [owner, follower] = [start(), start()];
    for (const partition of [0, 1]) {
      put(4, partition);
      await own(owner, partition);
      await follower.follower.readToEnd(partition);
    }
    await follower.monitor.look();
    expect(figures(follower)).toEqual([
      [0, 'following', 4],
      [1, 'following', 4],
    ]);
  });

  it('answers nothing from what was published of the old topic', async () => {
    makeOrdersAgain();
    await follower.monitor.look();
    expect(figures(follower)).toEqual([]);
    expect(follower.monitor.partitionCount).toBe(2);
    expect(follower.fatal.errors).toEqual([]);
  });

  it('answers for the partitions of the new topic as they come, and misses none that it has no more', async () => {
    makeOrdersAgain(1);
    const next = start();
    put(3);
    await own(next);
    await follower.monitor.look();
    for (const partition of [0, 1]) await follower.follower.readToEnd(partition);
    expect(figures(follower)).toEqual([[0, 'following', 3]]);
    expect(follower.monitor.partitionCount).toBe(1);
  });
});
