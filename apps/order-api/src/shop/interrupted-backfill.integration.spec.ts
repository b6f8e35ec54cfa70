import type { ShopStatus } from '@orderpulse/contracts';
import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { OrderApiClient } from '../testing/order-api.client';

jest.setTimeout(120_000);

describeWithEngine(['postgres'], 'a shop that is stopped while it writes its past', () => {
  let postgres: TestPostgres;
  let api: OrderApiClient | undefined;

  const start = async (): Promise<OrderApiClient> => {
    api = await OrderApiClient.start({
      DATABASE_URL: postgres.url,
      SHOP_ORDERS_PER_SECOND: 2,
      SHOP_BACKFILL_MINUTES: 60,
    });
    return api;
  };
  const until = async (client: OrderApiClient, what: (shop: ShopStatus) => boolean): Promise<void> => {
    while (!what((await client.get<ShopStatus>('/shop')).body)) await delay(10);
  };

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(async () => {
    await api?.app.close();
    await postgres?.remove();
  });

  it('goes on where it stood at the next start, without a hole and without an order twice', async () => {
    const first = await start();
    await until(first, ({ ordersWritten }) => ordersWritten > 300);
    await first.app.close();
    const second = await start();
    await until(second, ({ state }) => state === 'running');
    const created = (await second.wholeFeed()).filter(({ event }) => event.event_type === 'order.created');
    const times = created.map(({ eventTimeMs }) => eventTimeMs);
    expect(times.length).toBeGreaterThan(6_000);
    expect(Math.max(...times.slice(1).map((timeMs, index) => timeMs - (times[index] ?? 0)))).toBeLessThan(5_000);
    expect(new Set(created.map(({ orderId }) => orderId)).size).toBe(created.length);
  });
});
