import type { Health, Problem, ShopStatus } from '@orderpulse/contracts';
import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { OrderApiClient } from '../testing/order-api.client';

jest.setTimeout(120_000);

const request = {
  customer: { customer_id: 'C1', city: 'Austin', state: 'TX' },
  line_items: [{ product: { product_id: 'P1', name: 'Kite', category: 'Toys', price: 26.5 }, quantity: 2 }],
};

describeWithEngine(['postgres'], 'the order API while PostgreSQL comes and goes', () => {
  let postgres: TestPostgres;
  let api: OrderApiClient;

  const ready = () => api.get<Health>('/health/ready');
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    while (!(await what())) await delay(50);
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
    await postgres.stop();
    api = await OrderApiClient.start({
      DATABASE_URL: postgres.url,
      SHOP_ORDERS_PER_SECOND: 40,
      SHOP_BACKFILL_MINUTES: 5,
    });
  });
  afterAll(async () => {
    await api?.app.close();
    await postgres?.remove();
  });

  it('listens before the database does, is not ready, and says why', async () => {
    expect((await api.get('/health/live')).status).toBe(200);
    const { status, body } = await ready();
    expect([status, body.checks['postgres']?.ok]).toEqual([503, false]);
    expect(body.checks['postgres']?.reason).toMatch(/ECONNREFUSED|not connected/);
    expect((await api.get<Problem>('/orders')).body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
  });

  it('brings the schema up when it comes, writes the past first, and holds orders of the present off meanwhile', async () => {
    await postgres.start();
    await until(async () => (await ready()).status === 200);
    let refused = 0;
    await until(async () => {
      const { body: shop } = await api.get<ShopStatus>('/shop');
      if (shop.state === 'running') return true;
      const answer = await api.send<Problem>('POST', '/orders', request);
      if (answer.status === 503) refused += 1;
      return false;
    });
    expect(refused).toBeGreaterThan(0);
    expect((await api.send('POST', '/orders', request)).status).toBe(201);
    const events = await api.wholeFeed();
    const times = events.map(({ eventTimeMs }) => eventTimeMs);
    const furthestBack = times.reduce(
      (worst, timeMs, index) => Math.max(worst, (times[index - 1] ?? timeMs) - timeMs),
      0,
    );
    expect(furthestBack).toBeLessThan(5_000);
    expect(Date.now() - (times[0] ?? 0)).toBeGreaterThan(4 * 60_000);
  });

  it('answers 503 while it is gone, and goes on by itself without losing an order when it is back', async () => {
    await postgres.stop();
    await until(async () => (await ready()).status === 503);
    const answer = await api.send<Problem>('POST', '/orders', request);
    expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    await postgres.start();
    await until(async () => (await ready()).status === 200);
    const before = (await api.feed(0, 1)).latestSequence;
    await until(async () => (await api.feed(0, 1)).latestSequence > before + 50);
    const events = await api.wholeFeed();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    const versions = new Map<string, number>();
    for (const { orderId, event } of events) {
      expect(event.order_version).toBe((versions.get(orderId) ?? 0) + 1);
      versions.set(orderId, event.order_version);
    }
  });
});
