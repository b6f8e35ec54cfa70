import { type Health, ORDERS_TOPIC, type OrderEvent, type Overview } from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { createOlapAdmin, type OlapAdmin } from '@orderpulse/olap-store';
import { createService, loadConfig } from '@orderpulse/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { gatewaySettings } from '../config';
import { gatewayService } from '../query-gateway.service-definition';
import { ordersTopic } from '../testing/orders-topic';
import { until } from '../testing/until';

jest.setTimeout(60_000);

const orderCreated = (cents: number, atMs: number): OrderEvent => ({
  order_id: randomUUID(),
  customer: { customer_id: 'c1', city: 'Austin', state: 'TX' },
  line_items: [{ product: { product_id: 'p1', name: 'Tea', category: 'Drinks', price: cents / 100 }, quantity: 1 }],
  order_total: cents / 100,
  timestamp: new Date(atMs).toISOString(),
  event_id: randomUUID(),
  event_type: 'order.created',
  event_time_ms: atMs,
  order_version: 1,
  revenue_cents: cents,
});

describeWithEngine(['postgres'], 'the gateway filling real tables from a real log', () => {
  let postgres: TestPostgres;
  let log: EventLog;
  let olap: OlapAdmin;
  let app: NestFastifyApplication;
  let url: string;

  const atMs = Math.floor(Date.now() / 1_000) * 1_000 - 30_000;
  const get = (path: string): Promise<Response> => fetch(url + path);
  const overview2 = async (): Promise<Overview> =>
    (await (await get(`/orders/overview2?asOf=${atMs + 10_000}`)).json()) as Overview;
  const ingestion = async () => ((await (await get('/health/ready')).json()) as Health).checks['ingestion'];
  const append = (...cents: number[]): Promise<void> =>
    log.producer().append(
      ORDERS_TOPIC,
      cents.map((amount, index) => {
        const event = orderCreated(amount, atMs + index);
        return {
          partition: index % 4,
          key: event.order_id,
          value: Buffer.from(JSON.stringify(event)),
          timestampMs: event.event_time_ms,
        };
      }),
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const config = loadConfig(gatewaySettings, { PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: postgres.url });
    log = createEventLog({ kind: 'postgres', databaseUrl: postgres.url });
    olap = createOlapAdmin({ kind: 'postgres', databaseUrl: postgres.url });
    app = await createService(gatewayService, config);
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([log.close(), olap.close()]);
    await postgres.remove();
  });

  it('starts before topic and tables exist, answers 503 from SQL, and fills them when they do', async () => {
    expect((await get('/orders/overview2')).status).toBe(503);
    await log.admin().ensureTopics([ordersTopic]);
    await append(1_001, 2_002, 3_003, 4_004, 5_005);
    await until(async () => (await ingestion())?.ok === false);
    await olap.ensureTables();
    await until(async () => (await overview2()).currentTimePeriod?.orders === 5);
    const { currentTimePeriod, meta } = await overview2();
    expect(currentTimePeriod).toMatchObject({ orders: 5, totalRevenue: 150.15, avgOrderValue: 30.03 });
    await until(async () => (await overview2()).meta.lag === 0);
    expect(meta).toMatchObject({ source: 'postgres', watermarkMs: atMs + 4 });
    await until(async () => (await ingestion())?.ok === true);
  });

  it('answers 503 within 2 s while PostgreSQL is gone, and goes on without a restart when it is back', async () => {
    await postgres.stop();
    const startedMs = performance.now();
    const answer = await get('/orders/popular');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    await postgres.start();
    await append(6_006);
    await until(async () => (await overview2()).currentTimePeriod?.orders === 6);
    expect((await overview2()).currentTimePeriod.totalRevenue).toBe(210.21);
    await until(async () => (await ingestion())?.ok === true);
  });
});
