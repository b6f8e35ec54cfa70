import {
  type AggregatorStatus,
  DEAD_LETTER_TOPIC,
  fromCents,
  LATE_TOPIC,
  type Order,
  type OrderEvent,
  type OrderFeed,
  ORDERS_TOPIC,
  type Overview,
  type Problem,
  type Runs,
  type Task,
  toCents,
} from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { isProcessAlive } from '@orderpulse/local-engines';
import { createOlapStore, type Interval, type OlapStore } from '@orderpulse/olap-store';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get, patch, post, read } from '../harness/api';
import { eventually } from '../harness/eventually';
import { inParallel } from '../harness/in-parallel';
import { knownOrder, refusedOrder } from '../harness/known-orders';
import { storedOrderIds, storedPeriods } from '../harness/order-database';
import { type Profile, Product, type ProductUrls } from '../harness/product';
import { periodOf, readEvents, readTopic } from '../harness/topic-oracle';
import { pageSuite } from './page-suite';
import { expectPanels } from './panels';

/** What the known orders come to, steps and flags included. */
const KNOWN = { orders: 1_000, fraudCount: 50, deliveredCount: 167, refundedCount: 84 };
/** The first known order of every so many takes the step. */
const KNOWN_STEPS = [['shipped', 3], ['delivered', 6], ['refunded', 12]] as const;
const REFUSED_EVERY = 50;
const CLIENTS = 8;
const CDNOW = { orders: 6_919, revenue: 244_091.94 };
const ALL = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
/** The windows of an instant no further back than this are open, and so in the stores, for sure: grace less a window. */
const OPEN_MS = 240_000;
const STOP_LIMIT_MS = 10_000;
/** The product promises 2 s; the rest is the test's own way to the gateway on a busy machine. */
const SQL_GONE_LIMIT_MS = 3_000;

const floored = (timeMs: number): number => Math.floor(timeMs / 1_000) * 1_000;
const minuteBefore = (toMs: number): Interval => ({ fromMs: toMs - 60_000, toMs });
/** The instants [fromMs, toMs) at a distance of `stepMs`. */
const instantsOf = (fromMs: number, toMs: number, stepMs: number): number[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, i) => fromMs + i * stepMs);

/**
 * The whole product as its users have it, in one profile: every figure against plain addition over the raw topic and
 * plain SQL over the stored orders.
 */
export function pipelineSuite(profile: Profile): void {
  let product: Product;
  let urls: ProductUrls;
  let log: EventLog;
  let olap: OlapStore;
  let connected = false;
  let folder: string;
  const sqlEngine = profile === 'embedded' ? 'postgres' : 'pinot';

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

  /** Waits until the topic has all events of the feed, and stores and SQL have read them; returns them. */
  async function settled(): Promise<OrderEvent[]> {
    return eventually(async () => {
      const events = await readEvents(log);
      const feed = await read<OrderFeed>(`${urls.orderApi}/order-events?limit=1`);
      expect(events.length).toBe(feed.latestSequence);
      expect((await status()).counted).toBe(events.length);
      expect((await olap.totals()).events).toBe(events.length);
      return events;
    }, 60_000);
  }

  /** Both ways to the figures of each instant, the orders in PostgreSQL, and the topic must be the same to the cent. */
  async function expectFigures(events: readonly OrderEvent[], instants: readonly number[]): Promise<void> {
    const newest = Math.max(...events.map((event) => event.event_time_ms));
    const spans = instants.flatMap((asOf) => [minuteBefore(asOf), minuteBefore(asOf - 60_000)]);
    const stored = await storedPeriods(urls.database, spans);
    expect(stored).toEqual(spans.map(({ fromMs, toMs }) => periodOf(events, fromMs, toMs)));
    for (const [i, asOf] of instants.entries()) {
      const expected = { currentTimePeriod: stored[2 * i], previousTimePeriod: stored[2 * i + 1] };
      const sources = { overview: asOf > newest - OPEN_MS ? 'stores' : expect.any(String), overview2: sqlEngine };
      for (const [path, source] of Object.entries(sources)) {
        const answer = await read<Overview>(`${urls.gateway}/orders/${path}?asOf=${asOf}`);
        expect({ path, asOf, ...answer }).toMatchObject({ path, asOf, ...expected, meta: { asOf, source, partial: false } });
      }
    }
  }

  /** What stores and SQL have counted since they began is what all orders in PostgreSQL come to. */
  async function expectTotals(): Promise<void> {
    const [all] = await storedPeriods(urls.database, [ALL]);
    expect((await olap.totals()).period).toEqual(all);
    const { orders, revenue, fraud, delivered, refunded } = (await status()).totals;
    const totals = { orders, totalRevenue: revenue, fraudCount: fraud, deliveredCount: delivered, refundedCount: refunded };
    expect(all).toMatchObject(totals);
  }

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

  it('shows 1,000 posted orders to the cent, as PostgreSQL has them, in every answer of both APIs', async () => {
    const before = await storedOrderIds(urls.database);
    const created = await inParallel(KNOWN.orders, CLIENTS, async (i) => {
      if (i % REFUSED_EVERY === 0) await expectRefused(refusedOrder(i / REFUSED_EVERY));
      const { data: order } = await post<Order>(`${urls.orderApi}/orders`, knownOrder(i), 201);
      for (const [status, every] of KNOWN_STEPS)
        if (i % every === 0) await patch(`${urls.orderApi}/orders/${order.order_id}`, { status });
      return order;
    });
    expect(await storedOrderIds(urls.database)).toEqual([...before, ...created.map((order) => order.order_id)].sort());
    const events = await settled();
    const mine = events.filter((event) => event.customer.customer_id.startsWith('known-'));
    const totalRevenue = fromCents(created.reduce((cents, order) => cents + toCents(order.order_total), 0));
    expect(periodOf(mine, ALL.fromMs, ALL.toMs)).toMatchObject({ ...KNOWN, totalRevenue });
    await expectTotals();

    const times = mine.map((event) => event.event_time_ms);
    const [begin, end] = [floored(Math.min(...times)), floored(Math.max(...times)) + 1_000];
    await eventually(() => expect(Date.now()).toBeGreaterThan(end));
    // Every window that holds a posted order, to the last one, which begins with the last order's second.
    await expectFigures(events, instantsOf(begin + 1_000, end + 60_000, 1_000));
    await expectFigures(events, instantsOf(end - 400_000, begin, 7_000));
    await expectPanels(urls.gateway, events, end);
  }, 180_000);

  async function expectRefused({ field, body }: ReturnType<typeof refusedOrder>): Promise<void> {
    const refused = await post<Problem>(`${urls.orderApi}/orders`, body, 400);
    expect(refused.data.errors?.map((error) => error.field)).toContain(field);
    expect(String(refused.headers['content-type'])).toContain('application/problem+json');
  }

  it('has on the topic exactly the orders that PostgreSQL has', async () => {
    const events = await settled();
    const onTopic = events.filter((event) => event.event_type === 'order.created').map((event) => event.order_id);
    expect(onTopic.sort()).toEqual(await storedOrderIds(urls.database));
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
    await expectTotals();
    await expectFigures(events, [floored(Date.now())]);
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
    await eventually(() => expectFigures(events, [floored(Date.now())]));
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
