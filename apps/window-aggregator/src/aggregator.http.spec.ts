import {
  aggregatorStatusSchema,
  DEAD_LETTER_TOPIC,
  LATE_TOPIC,
  ORDERS_TOPIC,
  SNAPSHOT_TOPIC,
  overviewSchema,
  problemSchema,
  storesSchema,
  windowsSchema,
  type OrderEvent,
} from '@orderpulse/contracts';
import { createEventLog, MemoryBroker } from '@orderpulse/event-log';
import { rm } from 'node:fs/promises';
import { LogMonitor } from './partitions/log-monitor';
import { PartitionsService } from './partitions/partitions.service';
import { startHttpApp, type HttpApp } from './testing/http-app';
import { liveContext, temporaryFolder, TestClock } from './testing/instance';
import { readAll as readAllInto } from './testing/read-all';
import { BASE_MS, sampleEvent, toRecord } from './testing/sample-events';

const NOW_MS = BASE_MS + 60_500;
let folder: string;
let broker: MemoryBroker;
let http: HttpApp;
let clock: TestClock;

const topic = (name: string) => ({
  name,
  partitions: 2,
  replicationFactor: 1,
  retentionMs: 1e12,
  maxRecordBytes: 2 ** 21,
});

beforeEach(async () => {
  folder = await temporaryFolder();
  broker = new MemoryBroker(() => NOW_MS);
  clock = new TestClock(NOW_MS);
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) broker.ensure(topic(name));
  http = await startHttpApp({ broker, directory: folder, clock });
});

afterEach(async () => {
  await http.app.close();
  await rm(folder, { recursive: true, force: true });
});

let ids = 0;
const put = (partition: number, event: Partial<OrderEvent>) =>
  broker.append(ORDERS_TOPIC, [toRecord(sampleEvent({ event_id: `event-${ids++}`, ...event }), partition)]);

const readAll = () => readAllInto(http.app, broker);

describe('the HTTP interface of the window aggregator', () => {
  it('answers the last minute and the one before it, to the cent, over all partitions', async () => {
    put(0, { event_time_ms: BASE_MS + 100, revenue_cents: 10_001, fraud_flag: 'true', delivered: 'YES' });
    put(1, { event_time_ms: BASE_MS + 59_999, revenue_cents: 2 });
    put(1, { event_time_ms: BASE_MS + 30_000, event_type: 'order.refunded' });
    put(0, { event_time_ms: BASE_MS - 1, revenue_cents: 7 });
    put(0, { event_time_ms: BASE_MS + 60_000, revenue_cents: 1_000_000 });
    await readAll();
    const { status, body } = await http.get('/orders/overview');
    expect(status).toBe(200);
    expect(overviewSchema.parse(body)).toEqual({
      currentTimePeriod: {
        orders: 2,
        totalRevenue: 100.03,
        avgOrderValue: 50.02,
        fraudCount: 1,
        deliveredCount: 1,
        refundedCount: 1,
      },
      previousTimePeriod: {
        orders: 1,
        totalRevenue: 0.07,
        avgOrderValue: 0.07,
        fraudCount: 0,
        deliveredCount: 0,
        refundedCount: 0,
      },
      meta: {
        asOf: BASE_MS + 60_000,
        source: 'stores',
        watermarkMs: BASE_MS + 60_000,
        lag: 0,
        late: 0,
        partial: false,
      },
    });
  });

  it('answers zeros for an idle shop and for a time without orders', async () => {
    put(0, {});
    await readAll();
    clock.timeMs += 3_600_000;
    const { body } = await http.get('/orders/overview');
    expect(overviewSchema.parse(body).currentTimePeriod).toEqual({
      orders: 0,
      totalRevenue: 0,
      avgOrderValue: 0,
      fraudCount: 0,
      deliveredCount: 0,
      refundedCount: 0,
    });
  });

  it('says 410 when the windows have expired, and 400 when asOf is no time', async () => {
    put(0, {});
    await readAll();
    const gone = await http.get(`/orders/overview?asOf=${BASE_MS - 1_000_000}`);
    expect([gone.status, gone.type, problemSchema.parse(gone.body).code]).toEqual([
      410,
      expect.stringContaining('application/problem+json'),
      'WINDOW_NOT_VISIBLE',
    ]);
    const bad = await http.get('/orders/overview?asOf=yesterday');
    expect(bad.status).toBe(400);
    expect(problemSchema.parse(bad.body).errors?.[0]?.field).toBe('asOf');
    expect((await http.get('/orders/overview?at=1')).status).toBe(400);
  });

  it('answers 503 with a reason before a store is open: zeros would look like an idle shop', async () => {
    const { status, body } = await http.get('/orders/overview');
    expect([status, problemSchema.parse(body).code]).toEqual([503, 'STORES_STARTING']);
    expect((await http.get('/stores')).status).toBe(503);
    expect((await http.get('/status')).status).toBe(200);
  });

  it('goes on answering for all partitions while they change hands, and while the log is down', async () => {
    put(0, { event_time_ms: BASE_MS });
    await readAll();
    const partitions = http.app.get(PartitionsService);
    const meta = async () => overviewSchema.parse((await http.get('/orders/overview')).body).meta;
    await partitions.onRevoked(ORDERS_TOPIC, 1);
    expect(await meta()).toMatchObject({ partial: false, lag: 0 });
    broker.setAvailable(false);
    await http.app.get(LogMonitor).look();
    await partitions.onRevoked(ORDERS_TOPIC, 0);
    const { status, body } = await http.get('/orders/overview');
    expect(status).toBe(200);
    expect(overviewSchema.parse(body)).toMatchObject({
      currentTimePeriod: { orders: 1 },
      meta: { partial: false, lag: null },
    });
  });

  it('lists the five stores with their visible windows and what each partition holds', async () => {
    put(0, {});
    await readAll();
    for (const { checkpointer } of http.app.get(PartitionsService).all()) await checkpointer.run();
    const stores = storesSchema.parse((await http.get('/stores')).body);
    expect(stores.stores.map(({ name }) => name)).toEqual([
      'OrdersCountStore',
      'RevenueStore',
      'FraudCountStore',
      'DeliveredCountStore',
      'RefundedCountStore',
    ]);
    expect(stores.stores[0]).toMatchObject({
      windowSizeMs: 60_000,
      advanceMs: 1_000,
      graceMs: 300_000,
      visibleFromMs: BASE_MS - 359_000,
      visibleToMs: BASE_MS,
    });
    expect(stores.partitions).toEqual([
      {
        partition: 0,
        state: 'running',
        slices: 1,
        streamTimeMs: BASE_MS,
        counted: 1,
        duplicate: 0,
        late: 0,
        deadLettered: 0,
        lastCheckpointMs: NOW_MS,
      },
      expect.objectContaining({ partition: 1, slices: 0, streamTimeMs: null }),
    ]);
  });

  it('lists the windows of a store with from ≤ start < to', async () => {
    put(0, { event_time_ms: BASE_MS, revenue_cents: 150 });
    put(1, { event_time_ms: BASE_MS + 1_000, revenue_cents: 5, fraud_flag: true });
    await readAll();
    const windows = async (store: string, from: number, to: number) =>
      windowsSchema.parse((await http.get(`/stores/${store}/windows?from=${from}&to=${to}`)).body).windows;
    expect(await windows('RevenueStore', BASE_MS - 1_000, BASE_MS + 2_000)).toEqual([
      { startMs: BASE_MS - 1_000, endMs: BASE_MS + 59_000, value: 1.55 },
      { startMs: BASE_MS, endMs: BASE_MS + 60_000, value: 1.55 },
      { startMs: BASE_MS + 1_000, endMs: BASE_MS + 61_000, value: 0.05 },
    ]);
    expect(await windows('FraudCountStore', BASE_MS - 59_000, BASE_MS - 57_000)).toEqual([
      { startMs: BASE_MS - 58_000, endMs: BASE_MS + 2_000, value: 1 },
    ]);
    expect(await windows('OrdersCountStore', BASE_MS, BASE_MS + 1_000)).toEqual([
      { startMs: BASE_MS, endMs: BASE_MS + 60_000, value: 2 },
    ]);
    expect(await windows('RefundedCountStore', BASE_MS, BASE_MS + 1_000)).toEqual([]);
  });

  it('says which windows can be asked for, so that one which has expired is told from one which holds nothing', async () => {
    const ask = async () => windowsSchema.parse((await http.get('/stores/RevenueStore/windows?from=0&to=1000')).body);
    await readAll();
    expect(await ask()).toMatchObject({ windows: [], visibleFromMs: null, visibleToMs: null });
    put(0, { event_time_ms: BASE_MS });
    await readAll();
    const visible = { visibleFromMs: BASE_MS - 359_000, visibleToMs: BASE_MS };
    expect(await ask()).toMatchObject({ windows: [], ...visible });
  });

  it.each([
    ['/stores/RevenueStore/windows?from=0', /to/],
    ['/stores/RevenueStore/windows?from=1000&to=1000', /to must be above from/],
    ['/stores/RevenueStore/windows?from=0&to=3600001', /at most 3600000 ms/],
  ])('refuses %s', async (path, message) => {
    put(0, {});
    await readAll();
    const { status, body } = await http.get(path);
    expect(status).toBe(400);
    expect(JSON.stringify(problemSchema.parse(body))).toMatch(message);
  });

  it('accounts for every record per partition, with offsets, lag and totals', async () => {
    put(0, { event_id: 'same', revenue_cents: 101 });
    put(0, { event_id: 'same', revenue_cents: 101 });
    put(0, { event_time_ms: BASE_MS - 400_000 });
    broker.append(ORDERS_TOPIC, [{ partition: 1, key: 'x', value: null, timestampMs: BASE_MS }]);
    await readAll();
    put(1, {});
    await http.app.get(LogMonitor).look();
    const status = aggregatorStatusSchema.parse((await http.get('/status')).body);
    expect(status).toMatchObject({
      read: 4,
      counted: 1,
      duplicate: 1,
      late: 1,
      deadLettered: 1,
      gap: 0,
      lag: 1,
      totals: { orders: 1, revenue: 1.01 },
      alarms: [],
    });
    expect(status.partitions[0]).toMatchObject({
      partition: 0,
      state: 'running',
      streamTimeMs: BASE_MS,
      nextOffset: 3,
      endOffset: 3,
      lag: 0,
      read: 3,
      slices: 1,
    });
    expect(status.partitions[1]).toMatchObject({
      partition: 1,
      streamTimeMs: null,
      nextOffset: 1,
      endOffset: 2,
      lag: 1,
      read: 1,
      deadLettered: 1,
    });
  });

  it('is ready while its stores are well', async () => {
    await readAll();
    expect((await http.get('/health/live')).status).toBe(200);
    expect(await http.get('/health/ready')).toMatchObject({ body: { checks: { 'window-stores': { ok: true } } } });
  });

  it('shows the account as metrics', async () => {
    put(0, {});
    await readAll();
    const { body } = await http.get('/metrics');
    expect(body).toContain('orderpulse_aggregator_records{partition="0",outcome="counted"} 1');
    expect(body).toContain('orderpulse_aggregator_lag_records{partition="0"} 0');
    expect(body).toContain(`orderpulse_aggregator_stream_time_seconds{partition="0"} ${BASE_MS / 1_000}`);
  });

  it('ends the process when the topic ends below what was read, at the second look', async () => {
    put(0, {});
    await readAll();
    const monitor = http.app.get(LogMonitor);
    const beyond = await createEventLog({ kind: 'memory', broker }).admin().read(ORDERS_TOPIC, 0, 9, 10);
    await http.app.get(PartitionsService).onBatch({ ...beyond, fromOffset: 1 }, liveContext);
    await monitor.look();
    expect(http.fatal.errors).toEqual([]);
    await monitor.look();
    expect(http.fatal.errors).toEqual([expect.objectContaining({ code: 'LOG_REPLACED' })]);
    expect(String(http.fatal.errors[0])).toContain('has lost its newest records');
  });

  it('ends the process at the first look when the topic was made again, however long the new one is', async () => {
    put(0, {});
    await readAll();
    broker.delete(ORDERS_TOPIC);
    broker.ensure(topic(ORDERS_TOPIC));
    for (let order = 0; order < 3; order++) put(0, {});
    await http.app.get(LogMonitor).look();
    expect(http.fatal.errors[0]).toMatchObject({ code: 'LOG_REPLACED' });
    expect(String(http.fatal.errors[0])).toContain('the topic was deleted and made again');
  });
});
