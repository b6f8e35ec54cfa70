import {
  HOP_NAMES,
  type Hop,
  type HopName,
  ORDERS_TOPIC,
  type PipelineStatus,
  pipelineStatusSchema,
  type ShopStatus,
} from '@orderpulse/contracts';
import { createEventLog } from '@orderpulse/event-log';
import { FakeService } from '../testing/fake-services';
import { type GatewayHarness, startGateway } from '../testing/gateway-harness';
import { ordersTopic } from '../testing/orders-topic';

const producerStatus = {
  state: 'waiting',
  cursor: 40,
  latestSequence: 40,
  lag: 0,
  published: 40,
  skipped: 0,
  gap: 0,
  lastError: null,
};

const shop = { preset: 'calm', ordersPerSecond: 20, seed: 1, shopTimeMs: 1_700_000_000_000, ordersWritten: 40 };

describe('the status of the pipeline', () => {
  let gateway: GatewayHarness;
  let orderApi: FakeService;
  let producer: FakeService;
  let latestSequence = 40;
  let shopState: ShopStatus['state'] = 'running';
  let nowMs = 1_700_000_000_000;

  beforeAll(async () => {
    orderApi = await new FakeService(({ pathname }) => {
      if (pathname === '/order-events') return { body: { events: [], latestSequence, earliestSequence: 1 } };
      if (pathname === '/shop') return { body: { ...shop, state: shopState } };
      return { body: { status: 'ok', checks: {} } };
    }).start();
    producer = await new FakeService(() => ({ body: producerStatus })).start();
    gateway = await startGateway({ environment: { ORDER_API_URL: orderApi.url, ORDER_PRODUCER_URL: producer.url } });
    const log = createEventLog({ kind: 'memory', broker: gateway.broker });
    await log.admin().ensureTopics([ordersTopic]);
    await log
      .producer()
      .append(ORDERS_TOPIC, [{ partition: 1, key: 'a', value: Buffer.from('{}'), timestampMs: nowMs }]);
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([orderApi.stop(), producer.stop()]);
  });

  const hopsAfter = async (elapsedMs: number): Promise<Record<HopName, Hop>> => {
    nowMs += elapsedMs;
    gateway.clock.fixedMs = nowMs;
    const status = pipelineStatusSchema.parse(await gateway.json<PipelineStatus>('/status'));
    expect(status.hops.map(({ name }) => name)).toEqual([...HOP_NAMES]);
    return Object.fromEntries(status.hops.map((hop) => [hop.name, hop])) as Record<HopName, Hop>;
  };

  const states = (hops: Record<HopName, Hop>): string => HOP_NAMES.map((name) => hops[name].state).join(' ');

  it('is ok everywhere while everything answers', async () => {
    expect(states(await hopsAfter(0))).toBe('ok ok ok ok ok');
  });

  it('shows how fast a hop moves', async () => {
    latestSequence += 30;
    expect((await hopsAfter(2_000))['order-api']).toMatchObject({ state: 'ok', ratePerSecond: 15 });
  });

  it('is idle, not stalled, when no orders come', async () => {
    const hops = await hopsAfter(40_000);
    expect(states(hops)).toBe('idle idle idle idle idle');
    expect(hops.topic.message).toBe('no orders for 42 s');
  });

  it('shows the one hop as stalled that has work and does not move', async () => {
    gateway.aggregator.lag = 1240;
    expect(states(await hopsAfter(2_000))).toBe('idle idle idle stalled idle');
    gateway.aggregator.lag = 0;
  });

  it('shows exactly the killed service as down, and up again', async () => {
    await producer.stop();
    const hops = await hopsAfter(2_000);
    expect(states(hops)).toBe('idle down idle idle idle');
    expect(hops['order-producer'].message).toContain('order-producer does not answer');
    await producer.start();
    expect(states(await hopsAfter(2_000))).toBe('idle idle idle idle idle');
  });

  it('says whether the shop is paused, and that it is not known while the order API does not answer', async () => {
    const shopAfter = async (elapsedMs: number) => {
      await hopsAfter(elapsedMs);
      return (await gateway.json<PipelineStatus>('/status')).shop;
    };
    expect(await shopAfter(2_000)).toBe('running');
    shopState = 'paused';
    expect(await shopAfter(2_000)).toBe('paused');
    await orderApi.stop();
    expect(await shopAfter(2_000)).toBeNull();
    await orderApi.start();
  });

  it('gives the reasons of a service that is not ready', async () => {
    const { handler } = orderApi;
    orderApi.handler = () => ({
      status: 503,
      body: { status: 'unavailable', checks: { database: { ok: false, reason: 'refused' } } },
    });
    expect((await hopsAfter(2_000))['order-api']).toMatchObject({ state: 'down', message: 'database: refused' });
    orderApi.handler = handler;
  });

  it('shows the SQL side as down while it does not answer, and as stalled when its newest event stays behind the stores', async () => {
    gateway.olap.state = 'hanging';
    expect((await hopsAfter(2_000)).sql.state).toBe('down');
    gateway.olap.state = 'up';
    gateway.aggregator.streamTimeMs = (gateway.olap.watermarkMs ?? 0) + 60_000;
    expect((await hopsAfter(2_000)).sql.state).toBe('stalled');
  });

  it('looks once for pages that ask within a second', async () => {
    nowMs += 10_000;
    gateway.clock.fixedMs = nowMs;
    producer.asked.length = 0;
    await Promise.all([gateway.get('/status'), gateway.get('/status'), gateway.get('/status')]);
    expect(producer.asked).toHaveLength(1);
  });
});
