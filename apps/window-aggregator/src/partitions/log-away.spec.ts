import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog, MemoryBroker, type RecordBatch } from '@orderpulse/event-log';
import { createInstance, TestClock, type Instance } from '../testing/instance';
import { BASE_MS, sampleEvent, toRecord } from '../testing/sample-events';

const NOW_MS = BASE_MS + 600_000;
let broker: MemoryBroker;
let instance: Instance;
/** Begins above what is next, because the log has dropped what was there. */
let batch: RecordBatch;
let isStale: boolean;

const topic = (name: string, retentionMs = 1e12) => ({
  name,
  partitions: 1,
  replicationFactor: 1,
  retentionMs,
  maxRecordBytes: 2 ** 21,
});

const context = { isStale: () => isStale, heartbeat: () => Promise.resolve() };
const worker = () => instance.partitions.get(0)?.worker;

/** True when the work has not ended after a try or two. */
const waits = (work: Promise<void>) =>
  Promise.race([work.then(() => false), new Promise((resolve) => setTimeout(() => resolve(true), 150))]);

beforeEach(async () => {
  broker = new MemoryBroker(() => NOW_MS);
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) broker.ensure(topic(name));
  isStale = false;
  instance = createInstance({ broker, directory: new Map(), clock: new TestClock(NOW_MS) });
  await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
  broker.append(ORDERS_TOPIC, [
    toRecord(sampleEvent()),
    toRecord(sampleEvent({ event_id: 'new', event_time_ms: NOW_MS })),
  ]);
  broker.ensure(topic(ORDERS_TOPIC, 300_000));
  batch = await createEventLog({ kind: 'memory', broker }).admin().read(ORDERS_TOPIC, 0, 1, 10);
  broker.setAvailable(false);
});

afterEach(() => instance.partitions.onApplicationShutdown());

describe('a log that does not answer what it has dropped', () => {
  it('is asked again until it does, and the batch is folded behind the gap', async () => {
    const folded = instance.partitions.onBatch(batch, context);
    await expect(waits(folded)).resolves.toBe(true);
    broker.setAvailable(true);
    await folded;
    expect(worker()).toMatchObject({ gap: 1, nextOffset: 2, windows: { totals: { orders: 1 } } });
  });

  it('is waited for no longer than the partition is here', async () => {
    const folded = instance.partitions.onBatch(batch, context);
    await expect(waits(folded)).resolves.toBe(true);
    isStale = true;
    await folded;
    expect(worker()).toMatchObject({ gap: 0, nextOffset: 0, windows: { totals: { orders: 0 } } });
  });
});
