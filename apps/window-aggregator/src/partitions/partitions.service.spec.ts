import {
  DEAD_LETTER_TOPIC,
  LATE_TOPIC,
  MAX_EVENT_BYTES,
  MAX_REVENUE_CENTS,
  ORDERS_TOPIC,
  SNAPSHOT_TOPIC,
  REJECTED_HEADERS,
} from '@orderpulse/contracts';
import { createEventLog, MemoryBroker, type LogRecord, type NewRecord } from '@orderpulse/event-log';
import { lend } from '@orderpulse/event-log/testing';
import { MAX_PARTITION_REVENUE_CENTS } from '@orderpulse/windowing';
import { rm } from 'node:fs/promises';
import { CrashPlan } from '../testing/crashes';
import { createInstance, liveContext, temporaryFolder, TestClock, type Instance } from '../testing/instance';
import { BASE_MS, sampleEvent, toRecord } from '../testing/sample-events';

const NOW_MS = BASE_MS + 600_000;
let folder: string;
let broker: MemoryBroker;
let open: Instance[];

const topic = (name: string, changes: object = {}) => ({
  name,
  partitions: 1,
  replicationFactor: 1,
  retentionMs: 1_000_000_000_000,
  maxRecordBytes: 2 * MAX_EVENT_BYTES,
  ...changes,
});

beforeEach(async () => {
  folder = await temporaryFolder();
  broker = new MemoryBroker(() => NOW_MS);
  open = [];
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) broker.ensure(topic(name));
});

afterEach(async () => {
  for (const instance of open) await instance.partitions.onApplicationShutdown();
  await rm(folder, { recursive: true, force: true });
});

function start(options: { plan?: CrashPlan; config?: object } = {}): Instance {
  const instance = createInstance({ broker, directory: folder, clock: new TestClock(NOW_MS), ...options });
  open.push(instance);
  return instance;
}

async function stop(instance: Instance): Promise<void> {
  open = open.filter((each) => each !== instance);
  await instance.partitions.onApplicationShutdown();
}

const admin = () => createEventLog({ kind: 'memory', broker }).admin();
const append = (...records: NewRecord[]) => broker.append(ORDERS_TOPIC, records);

/** Hands over what lies between the worker's next offset and the end. */
async function readOn({ partitions }: Instance): Promise<void> {
  const batch = await admin().read(ORDERS_TOPIC, 0, workerOf({ partitions }).nextOffset, 1_000);
  await lend(batch, (lent) => partitions.onBatch(lent, liveContext));
}

function heldBy({ partitions }: Pick<Instance, 'partitions'>) {
  const [held] = partitions.all();
  if (!held) throw new Error('no partition is held');
  return held;
}
const workerOf = (instance: Pick<Instance, 'partitions'>) => heldBy(instance).worker;
const header = (record: LogRecord | undefined, name: string) => Buffer.from(record?.headers[name] ?? []).toString();

describe('PartitionsService', () => {
  it('starts a new store at the earliest offset and an old one where its last checkpoint left it', async () => {
    append(toRecord(sampleEvent()), toRecord(sampleEvent({ event_id: 'event-2' })));
    const first = start();
    expect(await first.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(0);
    await readOn(first);
    await heldBy(first).checkpointer.run();
    await stop(first);
    const second = start();
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(2);
    expect(workerOf(second).windows.totals).toMatchObject({ orders: 2, revenueCents: 2468 });
  });

  it('sends an unreadable record to the dead letters with its raw bytes, its place and the reason', async () => {
    const value = Buffer.from('{"order_id": \u0000');
    append({ partition: 0, key: 'k', value, timestampMs: BASE_MS, headers: { sequence: '41' } });
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await heldBy(instance).checkpointer.run();
    const dead = (await admin().readLast(DEAD_LETTER_TOPIC, 0)) ?? undefined;
    expect(dead).toMatchObject({ key: 'k', partition: 0 });
    expect(Buffer.from(dead?.value ?? [])).toEqual(value);
    expect(header(dead, REJECTED_HEADERS.topic)).toBe(ORDERS_TOPIC);
    expect(header(dead, REJECTED_HEADERS.topicId)).toBe(workerOf(instance).topicId);
    expect(header(dead, REJECTED_HEADERS.partition)).toBe('0');
    expect(header(dead, REJECTED_HEADERS.offset)).toBe('0');
    expect(header(dead, REJECTED_HEADERS.timestampMs)).toBe(String(BASE_MS));
    expect(header(dead, REJECTED_HEADERS.errorCode)).toBe('BAD_JSON');
    expect(header(dead, REJECTED_HEADERS.errorMessage)).toBe('the value is not JSON');
    expect(header(dead, 'sequence')).toBe('41');
    expect(workerOf(instance).windows.counters).toMatchObject({ read: 1, deadLettered: 1 });
  });

  it('dead-letters an event that would make revenue inexact, and goes on', async () => {
    const fitting = Math.floor(MAX_PARTITION_REVENUE_CENTS / MAX_REVENUE_CENTS);
    const largest = Array.from({ length: fitting + 1 }, (_, i) =>
      toRecord(sampleEvent({ event_id: `large-${i}`, revenue_cents: MAX_REVENUE_CENTS })),
    );
    append(...largest, toRecord(sampleEvent({ revenue_cents: 1 })));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await heldBy(instance).checkpointer.run();
    const dead = (await admin().readLast(DEAD_LETTER_TOPIC, 0)) ?? undefined;
    expect(header(dead, REJECTED_HEADERS.errorCode)).toBe('REVENUE_OUT_OF_RANGE');
    expect(workerOf(instance).windows.counters).toMatchObject({
      read: fitting + 2,
      counted: fitting + 1,
      deadLettered: 1,
    });
  });

  it('cuts a dead letter that does not fit with its headers, and says how long it was', async () => {
    broker.ensure(topic(DEAD_LETTER_TOPIC, { maxRecordBytes: MAX_EVENT_BYTES }));
    append(
      { partition: 0, key: 'k', value: new Uint8Array(MAX_EVENT_BYTES + 1), timestampMs: BASE_MS },
      { partition: 0, key: 'j', value: null, timestampMs: BASE_MS },
    );
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await heldBy(instance).checkpointer.run();
    const [cut, empty] = (await admin().read(DEAD_LETTER_TOPIC, 0, 0, 10)).records;
    expect(header(cut, REJECTED_HEADERS.errorCode)).toBe('TOO_LARGE');
    expect(header(cut, 'source-value-bytes')).toBe(String(MAX_EVENT_BYTES + 1));
    expect(cut?.value).toHaveLength(256 * 1024);
    expect(header(empty, REJECTED_HEADERS.errorCode)).toBe('EMPTY_VALUE');
    expect(heldBy(instance).checkpointer.problem).toBeNull();
  });

  it('sends a late record on unchanged', async () => {
    const late = toRecord(sampleEvent({ event_id: 'late', event_time_ms: BASE_MS - 400_000 }));
    append(toRecord(sampleEvent()), late);
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await heldBy(instance).checkpointer.run();
    const sent = (await admin().readLast(LATE_TOPIC, 0)) ?? undefined;
    expect(Buffer.from(sent?.value ?? [])).toEqual(late.value);
    expect([header(sent, REJECTED_HEADERS.offset), header(sent, REJECTED_HEADERS.errorCode)]).toEqual(['1', 'LATE']);
  });

  it('counts every record when deduplication is off', async () => {
    append(toRecord(sampleEvent()), toRecord(sampleEvent()));
    const instance = start({ config: { DEDUPLICATION: false } });
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    expect(workerOf(instance).windows.counters).toMatchObject({ counted: 2, duplicate: 0 });
  });

  it('raises an alarm and counts a gap when the log has dropped records before they were read', async () => {
    append(toRecord(sampleEvent()));
    const first = start();
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(first);
    await heldBy(first).checkpointer.run();
    await stop(first);
    const old = sampleEvent({ event_id: 'old' });
    append(
      toRecord(old),
      toRecord(old),
      toRecord(old),
      toRecord(sampleEvent({ event_id: 'new', event_time_ms: NOW_MS })),
    );
    broker.ensure(topic(ORDERS_TOPIC, { retentionMs: 300_000 }));
    const second = start();
    expect(await second.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(4);
    await readOn(second);
    await heldBy(second).checkpointer.run();
    expect(workerOf(second).gap).toBe(3);
    expect(second.alarms.list()).toEqual([expect.stringContaining('offsets 1 to 3 were gone')]);
    await stop(second);
    const third = start();
    await third.partitions.onAssigned(ORDERS_TOPIC, 0);
    expect(workerOf(third)).toMatchObject({ gap: 3, nextOffset: 5 });
    expect(workerOf(third).windows.totals.orders).toBe(2);
  });

  it('counts a gap that opens while it reads', async () => {
    append(toRecord(sampleEvent()));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    append(toRecord(sampleEvent({ event_id: 'new', event_time_ms: NOW_MS })));
    broker.ensure(topic(ORDERS_TOPIC, { retentionMs: 300_000 }));
    await instance.partitions.onBatch(await admin().read(ORDERS_TOPIC, 0, 1, 10), liveContext);
    expect(workerOf(instance).gap).toBe(1);
    expect(workerOf(instance).windows.totals.orders).toBe(1);
  });

  it('takes a hole within the log, such as a control record, for no gap', async () => {
    append(toRecord(sampleEvent()), toRecord(sampleEvent({ event_id: 'b' })));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    const batch = await admin().read(ORDERS_TOPIC, 0, 1, 10);
    await instance.partitions.onBatch({ ...batch, fromOffset: 0 }, liveContext);
    expect(workerOf(instance)).toMatchObject({ gap: 0, nextOffset: 2 });
  });

  it('folds no batch behind records that are on the log and were not handed over', async () => {
    append(toRecord(sampleEvent()), toRecord(sampleEvent({ event_id: 'b' })));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    const batch = await admin().read(ORDERS_TOPIC, 0, 1, 10);
    await expect(instance.partitions.onBatch(batch, liveContext)).rejects.toMatchObject({
      code: 'MISSED_RECORDS',
      message: 'FakeEcommOrders-0: a batch begins at offset 1, but 0 is next',
    });
    expect(workerOf(instance)).toMatchObject({ gap: 0, nextOffset: 0 });
  });

  it('keeps its state in memory when the partition goes, and goes on from there when it comes back', async () => {
    append(toRecord(sampleEvent()));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    await instance.partitions.onRevoked(ORDERS_TOPIC, 0);
    expect(heldBy(instance).state).toBe('stopped');
    expect(workerOf(instance)).toMatchObject({ nextOffset: 1, checkpointOffset: 1 });
    expect(await instance.partitions.onAssigned(ORDERS_TOPIC, 0)).toBe(1);
    expect(heldBy(instance).state).toBe('running');
    append(toRecord(sampleEvent({ event_id: 'b' })));
    await readOn(instance);
    expect(workerOf(instance).windows.totals.orders).toBe(2);
  });

  it('holds reading back while dead letters cannot be sent, and goes on by itself when they can', async () => {
    append({ partition: 0, key: 'k', value: null, timestampMs: BASE_MS }, toRecord(sampleEvent()));
    const instance = start();
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await readOn(instance);
    const nothing = await admin().read(ORDERS_TOPIC, 0, 2, 10);
    broker.setAvailable(false);
    await heldBy(instance).checkpointer.run();
    expect(instance.partitions.problems()).toEqual([expect.stringContaining('partition 0 has no checkpoint')]);
    expect(workerOf(instance).checkpointOffset).toBe(0);
    const handled = instance.partitions.onBatch(nothing, liveContext);
    await expect(
      Promise.race([handled, new Promise((resolve) => setTimeout(() => resolve('waiting'), 250))]),
    ).resolves.toBe('waiting');
    broker.setAvailable(true);
    await handled;
    expect(instance.partitions.problems()).toEqual([]);
    expect(workerOf(instance).checkpointOffset).toBe(2);
    expect((await admin().read(DEAD_LETTER_TOPIC, 0, 0, 10)).records).toHaveLength(1);
    expect(instance.fatal.errors).toEqual([]);
  });

  it('ends the process when an error of a checkpoint will not pass', async () => {
    append(toRecord(sampleEvent()));
    const instance = start({
      plan: new (class extends CrashPlan {
        override effect(): Promise<void> {
          return Promise.reject(Object.assign(new Error('broken'), { retriable: false }));
        }
      })(0, 'before'),
    });
    await instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    append({ partition: 0, key: 'k', value: null, timestampMs: BASE_MS });
    await readOn(instance);
    await heldBy(instance).checkpointer.run();
    expect(instance.fatal.errors).toEqual([expect.objectContaining({ message: 'broken' })]);
  });

  it('waits for a topic that does not exist yet', async () => {
    broker = new MemoryBroker(() => NOW_MS);
    const instance = start();
    const assigned = instance.partitions.onAssigned(ORDERS_TOPIC, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(instance.partitions.problems()).toEqual([expect.stringContaining('partition 0 is not open')]);
    for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) broker.ensure(topic(name));
    expect(await assigned).toBe(0);
    expect(instance.partitions.problems()).toEqual([]);
  });

  it('refuses to run beside another instance on the same folder', async () => {
    const first = start();
    await first.partitions.onAssigned(ORDERS_TOPIC, 0);
    await expect(start().partitions.onAssigned(ORDERS_TOPIC, 0)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  });
});
