import type { CreateOrder, Order, OrderPage, Problem, Task } from '@orderpulse/contracts';
import { orderFeedSchema, orderPageSchema, orderSchema } from '@orderpulse/contracts';
import { describeWithEngine } from '@orderpulse/local-engines';
import { setTimeout as delay } from 'node:timers/promises';
import { expireBatch } from './retention/expire';
import { useOrderApi } from './testing/order-database';

jest.setTimeout(120_000);

const request: CreateOrder = {
  customer: { customer_id: 'C1', city: 'Austin', state: 'TX', email: 'ann@example.com' },
  line_items: [{ product: { product_id: 'P1', name: 'Kite', category: 'Toys', price: 26.5 }, quantity: 2 }],
  coupon_codes: [{ name: 'WELCOME10' }],
  payment_method: 'credit_card',
  shipping_speed: 'standard',
};

describeWithEngine(['postgres'], 'the order API on PostgreSQL', () => {
  const open = useOrderApi();

  const post = async (body: unknown = request): Promise<Order> =>
    (await open.api.send<Order>('POST', '/orders', body)).body;

  it('stores an order with totals of its own and shows it at its Location, in the list and in the feed', async () => {
    const { status, location, body } = await open.api.send<Order>('POST', '/orders', request);
    expect([status, location]).toEqual([201, `/orders/${body.order_id}`]);
    const expected = {
      subtotal_before_promos: 53,
      subtotal_after_coupon: 47.7,
      shipping_cost: 5.99,
      tax_amount: 2.98,
      order_total: 56.67,
    };
    expect(orderSchema.parse(body)).toMatchObject({
      ...expected,
      fraud_flag: false,
      payment_status: 'paid',
      delivered: 'no',
    });
    expect(await open.api.order(body.order_id)).toEqual(body);
    const page = orderPageSchema.parse((await open.api.get<OrderPage>('/orders?page=1&limit=10')).body);
    expect(page).toEqual({ items: [body], page: 1, limit: 10, total: 1 });
    const feed = orderFeedSchema.parse(await open.api.feed());
    expect(feed).toMatchObject({ latestSequence: 1, earliestSequence: 1 });
    const event = { event_type: 'order.created', order_version: 1, revenue_cents: 5_667 };
    expect(feed.events).toMatchObject([{ sequence: 1, orderId: body.order_id, event: { ...body, ...event } }]);
  });

  it('flags an order by the documented rules', async () => {
    const lines = [{ product: { product_id: 'P2', name: 'Watch', category: 'Luxury', price: 1_500 }, quantity: 1 }];
    const away = { city: 'Reno', state: 'NV' };
    const order = await post({ ...request, line_items: lines, billing_address: away, shipping_speed: 'overnight' });
    expect(order).toMatchObject({ risk_score: 95, fraud_flag: true });
  });

  it('takes an order through its life step by step, each step an event with the whole order, and refuses a leap', async () => {
    const { order_id: id } = await post();
    const leap = await open.api.send<Problem>('PATCH', `/orders/${id}`, { status: 'delivered' });
    expect(leap).toMatchObject({ status: 409, body: { code: 'IMPOSSIBLE_STEP' } });
    for (const status of ['shipped', 'delivered', 'refunded'])
      expect((await open.api.send('PATCH', `/orders/${id}`, { status })).status).toBe(200);
    expect((await open.api.send<Problem>('PATCH', `/orders/${id}`, { status: 'refunded' })).status).toBe(409);
    const { events } = await open.api.feed();
    expect(events.map(({ event }) => [event.event_type, event.order_version])).toEqual([
      ['order.created', 1],
      ['order.updated', 2],
      ['order.delivered', 3],
      ['order.refunded', 4],
    ]);
    expect(events.at(-1)?.event).toMatchObject(await open.api.order(id));
    expect(await open.api.order(id)).toMatchObject({ delivered: 'yes', refunded: 'yes' });
  });

  it.each([
    ['an unknown field', { ...request, order_total: 1 }, 'order_total'],
    ['no line', { ...request, line_items: [] }, 'line_items'],
    [
      'a price with three decimals',
      {
        ...request,
        line_items: [{ ...request.line_items[0], product: { ...request.line_items[0]?.product, price: 1.001 } }],
      },
      'line_items.0.product.price',
    ],
    ['no city', { ...request, customer: { customer_id: 'C', state: 'TX' } }, 'customer.city'],
  ])('refuses a body with %s, naming the field, and stores nothing', async (_, body, field) => {
    const answer = await open.api.send<Problem>('POST', '/orders', body);
    expect(answer).toMatchObject({ status: 400, type: expect.stringContaining('application/problem+json') });
    expect(answer.body.errors?.map((error) => error.field)).toContain(field);
    expect((await open.api.feed()).latestSequence).toBe(0);
  });

  it.each([
    ['GET', '/orders?page=0', 400],
    ['GET', '/orders?limit=201', 400],
    ['GET', '/orders?offset=1', 400],
    ['GET', '/orders/nobody', 404],
    ['GET', '/orders/%00', 400],
    ['GET', '/orders/%ZZ', 400],
    ['GET', `/orders/${'x'.repeat(201)}`, 400],
    ['GET', '/order-events?after=-1', 400],
    ['GET', '/order-events?limit=1001', 400],
    ['GET', '/tasks/not-a-uuid', 400],
    ['GET', '/tasks/6f3c1a52-94d5-4c53-8d27-9c1b3f4c2a10', 404],
    ['GET', '/clickstream?page=x', 400],
  ] as const)('answers %s %s with %d and a problem', async (_method, path, status) => {
    const answer = await open.api.get<Problem>(path);
    expect(answer).toMatchObject({ status, body: { status, requestId: expect.any(String) as string } });
    expect(answer.type).toContain('application/problem+json');
  });

  it('pages through orders, newest first', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.unshift((await post()).order_id);
      await delay(3);
    }
    const page = async (number: number) => (await open.api.get<OrderPage>(`/orders?page=${number}&limit=2`)).body;
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.flatMap(({ items }) => items.map((order) => order.order_id))).toEqual(ids);
    expect(pages.map(({ items, total }) => [items.length, total])).toEqual([
      [2, 5],
      [2, 5],
      [1, 5],
      [0, 5],
    ]);
  });

  it('holds a reader of the feed until there is an event, and serves lines that carry the same bytes', async () => {
    const waiting = open.api.get<string>('/order-events?waitMs=10000', { accept: 'application/x-ndjson' });
    await delay(200);
    const order = await post();
    const startedMs = Date.now();
    const { body, type } = await waiting;
    expect(Date.now() - startedMs).toBeLessThan(1_000);
    expect(type).toContain('application/x-ndjson');
    const [ends, line] = body
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as unknown);
    expect(ends).toEqual({ latestSequence: 1, earliestSequence: 1 });
    const [first] = (await open.api.feed()).events;
    expect(line).toEqual(first);
    expect(first?.event.order_id).toBe(order.order_id);
    const empty = await open.api.get('/order-events?after=1&waitMs=150');
    expect(empty.body).toEqual({ events: [], latestSequence: 1, earliestSequence: 1 });
  });

  it('bounds a page of the feed by bytes and loses nothing by it', async () => {
    const name = 'x'.repeat(190);
    const lines = Array.from({ length: 100 }, (_, index) => ({
      product: { product_id: `P${index}`, name, category: 'Toys', price: 1 },
      quantity: 1,
    }));
    for (let count = 0; count < 45; count += 1) await post({ ...request, line_items: lines });
    const first = await open.api.feed();
    expect(first.events.length).toBeLessThan(45);
    expect(JSON.stringify(first).length).toBeLessThan(1_100_000);
    expect((await open.api.wholeFeed()).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 45 }, (_, index) => index + 1),
    );
  });

  it('says in the feed what retention has removed, and counts orders without those that are gone', async () => {
    for (let count = 0; count < 6; count += 1) await post();
    const { database } = open;
    await database.run('UPDATE shop.outbox SET recorded_at_ms = 1 WHERE sequence IN (1, 2, 3, 5)');
    await database.run(
      `UPDATE shop.orders SET created_at_ms = 1 WHERE order_id IN (SELECT order_id FROM shop.orders LIMIT 2)`,
    );
    while (await expireBatch(database, 'events', 1_000, 2));
    while (await expireBatch(database, 'orders', 1_000, 2));
    expect(await open.api.feed()).toMatchObject({
      earliestSequence: 4,
      latestSequence: 6,
      events: [{ sequence: 4 }, { sequence: 5 }, { sequence: 6 }],
    });
    expect((await open.api.get<OrderPage>('/orders')).body.total).toBe(4);
  });

  it('removes an order past retention though a paused shop has steps planned for it', async () => {
    const accepted = await open.api.send<Task>('POST', '/tasks/generate-orders', { count: 40 });
    await open.api.finished(accepted.location);
    const planned = await open.database.run('SELECT 1 FROM shop.orders WHERE next_due_ms IS NOT NULL');
    expect(planned.count).toBeGreaterThan(0);
    await open.database.run('UPDATE shop.orders SET created_at_ms = 1, next_due_ms = next_due_ms - created_at_ms');
    while (await expireBatch(open.database, 'orders', 1_000));
    expect((await open.api.get<OrderPage>('/orders')).body).toMatchObject({ items: [], total: 0 });
  });

  it('documents every route with its schemas and problems', async () => {
    const { body } = await open.api.get<{
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    }>('/docs-json');
    const routes = [
      '/orders',
      '/orders/{id}',
      '/order-events',
      '/shop',
      '/clickstream',
      '/tasks/{id}',
      '/tasks/generate-orders',
      '/tasks/generate-clickstream',
      '/tasks/replay-orders',
    ];
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(routes));
    expect(Object.keys(body.paths['/orders']?.['post']?.responses ?? {})).toEqual(['201', '400', '413', '503']);
    expect(JSON.stringify(body)).toContain('line_items');
  });
});
