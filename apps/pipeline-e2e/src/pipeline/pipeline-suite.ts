import {
  type AggregatorStatus,
  type Coupons,
  DEAD_LETTER_TOPIC,
  type LatestOrders,
  LATE_TOPIC,
  type Order,
  type OrderEvent,
  ORDERS_TOPIC,
  type OrdersPerMinute,
  type Overview,
  type Popular,
  type Runs,
  type Task,
  type TopLocations,
} from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { isProcessAlive } from '@orderpulse/local-engines';
import { createOlapStore, type OlapStore } from '@orderpulse/olap-store';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { get, patch, post, read } from '../harness/api';
import { eventually } from '../harness/eventually';
import { knownOrder } from '../harness/known-orders';
import { type Profile, Product, type ProductUrls } from '../harness/product';
import { periodOf, readEvents, readTopic, sumBy, top } from '../harness/topic-oracle';
import { pageSuite } from './page-suite';

const KNOWN_ORDERS = 120;
const CDNOW = { orders: 6_919, revenue: 244_091.94 };
const STOP_LIMIT_MS = 10_000;
/** The product promises 2 s; the rest is the test's own way to the gateway on a busy machine. */
const SQL_GONE_LIMIT_MS = 3_000;

/** The whole product as its users have it, in one profile: every figure against plain addition over the raw topic. */
export function pipelineSuite(profile: Profile): void {
  let product: Product;
  let urls: ProductUrls;
  let log: EventLog;
  let olap: OlapStore;
  let connected = false;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `orderpulse-${profile}-`));
    product = await Product.create(profile, folder, { SHOP_ENABLED: 'false' });
    urls = product.urls;
    await product.start(300_000);
    connect();
  }, 320_000);

  afterAll(async () => {
    await disconnect();
    await product?.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  function connect(): void {
    const embedded = profile === 'embedded';
    connected = true;
    log = createEventLog(embedded ? { kind: 'postgres', databaseUrl: urls.database } : { kind: 'kafka', brokers: [urls.brokers] });
    const { database: databaseUrl, pinotController: controllerUrl, pinotBroker: brokerUrl, brokers: kafkaBrokers } = urls;
    olap = createOlapStore(
      embedded ? { kind: 'postgres', databaseUrl } : { kind: 'pinot', controllerUrl, brokerUrl, kafkaBrokers },
    );
  }

  async function disconnect(): Promise<void> {
    if (connected) await Promise.all([olap.close(), log.close()]);
    connected = false;
  }

  const status = () => read<AggregatorStatus>(`${urls.aggregator}/status`);

  /** Waits until stores and SQL have read all events of the oracle; returns them. */
  async function settled(): Promise<OrderEvent[]> {
    return eventually(async () => {
      const events = await readEvents(log);
      expect((await status()).counted).toBe(events.length);
      expect((await olap.totals()).events).toBe(events.length);
      return events;
    }, 60_000);
  }

  /** Both ways to the figures of one instant, and plain addition, must be the same to the cent. */
  async function expectFigures(events: readonly OrderEvent[], asOf: number): Promise<void> {
    const expected = {
      currentTimePeriod: periodOf(events, asOf - 60_000, asOf),
      previousTimePeriod: periodOf(events, asOf - 120_000, asOf - 60_000),
    };
    for (const path of ['overview', 'overview2']) {
      const answer = await read<Overview>(`${urls.gateway}/orders/${path}?asOf=${asOf}`);
      expect({ path, asOf, ...answer }).toMatchObject({ path, asOf, ...expected, meta: { asOf, partial: false } });
    }
  }

  const flooredNow = (): number => Math.floor(Date.now() / 1_000) * 1_000;

  it('brings up topics and tables by itself and says so in its run history', async () => {
    await eventually(async () => {
      const { runs } = await read<Runs>(`${urls.scheduler}/runs?job=bootstrap&limit=1`);
      expect(runs[0]).toMatchObject({ job: 'bootstrap', state: 'succeeded' });
    });
    expect(await log.admin().partitionCount(ORDERS_TOPIC)).toBe(4);
  });

  it('replays 6,919 real orders: 244,091.94 USD on the topic, in the stores and in SQL', async () => {
    const file = await readFile(join(__dirname, '../../data/cdnow-sample.txt'));
    const accepted = await post<Task>(`${urls.orderApi}/tasks/replay-orders?format=cdnow`, file, 202, 'text/csv');
    const task = await eventually(async () => {
      const now = await read<Task>(`${urls.orderApi}${String(accepted.headers['location'])}`);
      expect(now.state).toBe('succeeded');
      return now;
    }, 60_000);
    expect(task).toMatchObject({ done: CDNOW.orders, totalRevenue: CDNOW.revenue, rowErrorCount: 0 });
    const events = await settled();
    expect(periodOf(events, 0, Number.MAX_SAFE_INTEGER)).toMatchObject({ orders: CDNOW.orders, totalRevenue: CDNOW.revenue });
    expect((await status()).totals).toMatchObject(CDNOW);
    expect((await olap.totals()).period).toMatchObject({ orders: CDNOW.orders, totalRevenue: CDNOW.revenue });
  });

  it('shows known orders to the cent in every answer of both APIs', async () => {
    const created: Order[] = [];
    for (let i = 0; i < KNOWN_ORDERS; i++) created.push((await post<Order>(`${urls.orderApi}/orders`, knownOrder(i), 201)).data);
    for (const [i, order] of created.entries()) {
      if (i % 3 === 0) await patch(`${urls.orderApi}/orders/${order.order_id}`, { status: 'shipped' });
      if (i % 6 === 0) await patch(`${urls.orderApi}/orders/${order.order_id}`, { status: 'delivered' });
      if (i % 12 === 0) await patch(`${urls.orderApi}/orders/${order.order_id}`, { status: 'refunded' });
    }
    const events = await settled();
    const asOf = flooredNow() + 1_000;
    await eventually(() => expect(Date.now()).toBeGreaterThan(asOf));
    const mine = events.filter((event) => event.customer.customer_id.startsWith('known-'));
    expect(periodOf(mine, 0, asOf)).toMatchObject({ orders: KNOWN_ORDERS, deliveredCount: 20, refundedCount: 10 });
    for (let back = 0; back <= 400_000; back += 7_000) await expectFigures(events, asOf - back);
    await expectPanels(events, asOf);
  });

  async function expectPanels(events: readonly OrderEvent[], asOf: number): Promise<void> {
    const fromMs = asOf - 60_000;
    const at = `asOf=${asOf}`;
    const quantities = (nameOf: (item: OrderEvent['line_items'][number]) => string) =>
      top(sumBy(events, fromMs, asOf, (event) => event.line_items.map((item) => [nameOf(item), item.quantity] as const)), 5);
    const popular = await read<Popular>(`${urls.gateway}/orders/popular?${at}`);
    expect(popular.itemNames.map((row) => [row.itemName, row.quantity])).toEqual(quantities((item) => item.product.name));
    expect(popular.categories.map((row) => [row.category, row.quantity])).toEqual(quantities((item) => item.product.category));

    const coupons = await read<Coupons>(`${urls.gateway}/orders/couponslastminute?${at}`);
    const used = sumBy(events, fromMs, asOf, (event) => (event.coupon_codes ?? []).map(({ name }) => [name, 1] as const));
    expect(coupons.rows.map((row) => [row.coupon_code, row.times_used])).toEqual(top(used, 5));

    const locations = await read<TopLocations>(`${urls.gateway}/orders/toplocations?${at}`);
    const ordersBy = (nameOf: (event: OrderEvent) => string | null | undefined) =>
      top(sumBy(events, fromMs, asOf, (event) => [[nameOf(event) ?? '', 1]]), 6).filter(([name]) => name !== '').slice(0, 5);
    expect(locations.cities.map((row) => [row.city, row.totalOrders])).toEqual(ordersBy((event) => event.customer.city));
    expect(locations.states.map((row) => [row.state, row.totalOrders])).toEqual(ordersBy((event) => event.customer.state));

    const minutes = await read<OrdersPerMinute>(`${urls.gateway}/orders/ordersperminute?${at}`);
    expect(minutes.rows).toHaveLength(60);
    for (const row of minutes.rows) {
      const toMs = Math.min(row.timestampMs + 60_000, asOf);
      const { orders, totalRevenue: revenue, fraudCount: fraud, deliveredCount: delivered, refundedCount: refunded } = periodOf(events, row.timestampMs, toMs);
      expect(row).toMatchObject({ orders, revenue, fraud, delivered, refunded });
    }

    const latest = await read<LatestOrders>(`${urls.gateway}/orders/latestorders`);
    const newest = events
      .filter((event) => event.event_type === 'order.created')
      .sort((a, b) => b.event_time_ms - a.event_time_ms)
      .slice(0, 10);
    expect(latest.rows.map((row) => row.timestamp)).toEqual(newest.map((event) => new Date(event.event_time_ms).toISOString()));
    expect(new Set(latest.rows.map((row) => row.orderId)).size).toBe(10);
  }

  it('has on the topic exactly the orders that PostgreSQL has', async () => {
    const events = await settled();
    const database = new Client({ connectionString: urls.database });
    await database.connect();
    try {
      const { rows } = await database.query<{ order_id: string }>('SELECT order_id FROM shop.orders ORDER BY order_id');
      const onTopic = events.filter((event) => event.event_type === 'order.created').map((event) => event.order_id);
      expect(onTopic.sort()).toEqual(rows.map((row) => row.order_id).sort());
    } finally {
      await database.end();
    }
  });

  describe('on the page', () => pageSuite(() => urls));

  it('sends bad records to the dead letters with their bytes and reason, and counts on', async () => {
    const before = await status();
    const bad = ['{"order_id":', '', '[]', '{"order_id":"x","order_total":-5}'].map((text) => Buffer.from(text));
    await log.producer().append(
      ORDERS_TOPIC,
      bad.map((value, index) => ({ partition: index % 4, key: `bad-${index}`, value, timestampMs: Date.now() })),
    );
    await post(`${urls.orderApi}/orders`, knownOrder(1), 201);
    await settled();
    const after = await status();
    expect(after.deadLettered - before.deadLettered).toBe(bad.length);
    expect(after.read).toBe(after.counted + after.duplicate + after.late + after.deadLettered);
    const dead = await readTopic(log, DEAD_LETTER_TOPIC);
    expect(dead.map((record) => Buffer.from(record.value ?? []).toString()).sort()).toEqual(bad.map(String).sort());
    for (const record of dead) expect(Buffer.from(record.headers['error-code'] ?? []).toString()).toMatch(/^[A-Z_]+$/);
    expect(await readTopic(log, LATE_TOPIC)).toEqual([]);
  });

  it('loses and doubles nothing when producer and aggregator are killed under load', async () => {
    const generated = 1_000;
    const before = (await readEvents(log)).filter((event) => event.event_type === 'order.created').length;
    await post(`${urls.orderApi}/tasks/generate-orders`, { count: generated }, 202);
    for (const service of ['order-producer', 'window-aggregator']) await product.kill(service);
    const events = await eventually(async () => {
      const now = await settled();
      expect(now.filter((event) => event.event_type === 'order.created').length).toBe(before + generated);
      return now;
    }, 90_000);
    const onTopic = (await readTopic(log, ORDERS_TOPIC)).length;
    expect(onTopic).toBe(events.length + (await status()).deadLettered);
    await expectFigures(events, flooredNow());
  }, 180_000);

  it('serves the overview while the SQL engine hangs, says 503 for SQL within 2 s, and recovers by itself', async () => {
    const events = await settled();
    const thaw = await product.freezeSqlEngine();
    try {
      const begun = performance.now();
      const [stores, sql] = await Promise.all([
        get<Overview>(`${urls.gateway}/orders/overview`),
        get<{ code: string }>(`${urls.gateway}/orders/overview2`),
      ]);
      expect(performance.now() - begun).toBeLessThan(SQL_GONE_LIMIT_MS);
      expect([stores.status, stores.data.meta.source]).toEqual([200, 'stores']);
      expect([sql.status, sql.headers['content-type']]).toEqual([503, expect.stringContaining('application/problem+json')]);
      expect(Number(sql.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      thaw();
    }
    await eventually(() => expectFigures(events, flooredNow()));
  });

  it('answers bad requests with a problem that names the field', async () => {
    for (const [path, field] of [
      ['/orders/overview?asOf=yesterday', 'asOf'],
      ['/orders/ordersperminute?tz=Mars/Olympus', 'tz'],
    ] as const) {
      const answer = await get<{ code: string; errors: { field: string }[] }>(`${urls.gateway}${path}`);
      expect(answer.status).toBe(400);
      expect(answer.data.errors.map((error) => error.field)).toContain(field);
    }
    const refused = await post<{ errors: { field: string }[] }>(`${urls.orderApi}/orders`, { ...knownOrder(0), fraud_flag: true }, 400);
    expect(String(refused.headers['content-type'])).toContain('application/problem+json');
  });

  it('stops within 10 s of Ctrl-C, leaves no process, and has everything after a restart', async () => {
    const before = await settled();
    const totals = (await status()).totals;
    await disconnect();
    const stop = await product.stop('SIGINT');
    expect(stop).toMatchObject({ code: 0, left: [] });
    expect(stop.tookMs).toBeLessThan(STOP_LIMIT_MS);
    await product.start(120_000);
    connect();
    expect((await status()).totals).toEqual(totals);
    expect((await readEvents(log)).length).toBe(before.length);
  }, 180_000);

  it('stops everything when nobody reads its output any more', async () => {
    await disconnect();
    const pids = await product.pids();
    product.closeOutput();
    await product.kill('order-producer');
    await eventually(() => expect(pids.filter(isProcessAlive)).toEqual([]), 20_000);
  });
}
