import { latestOrdersSchema, ordersPerMinuteSchema, overviewSchema, popularSchema } from '@orderpulse/contracts';
import type { Coupons, Health, Overview, Problem } from '@orderpulse/contracts';
import { type GatewayHarness, startGateway } from '../testing/gateway-harness';

interface OpenApi {
  paths: Record<
    string,
    { get: { parameters: { name: string }[]; responses: Record<string, { content?: Record<string, unknown> }> } }
  >;
}

describe('the figures over HTTP', () => {
  let gateway: GatewayHarness;
  const nowMs = 1_700_000_000_999;
  const asOf = 1_700_000_000_000;

  beforeAll(async () => {
    gateway = await startGateway({ environment: { SQL_TIMEOUT_MS: '300', AGGREGATOR_TIMEOUT_MS: '300' } });
  });
  beforeEach(() => {
    gateway.clock.fixedMs = nowMs;
    gateway.olap.state = 'up';
    gateway.olap.asked.length = 0;
    gateway.aggregator.asked.length = 0;
    gateway.aggregator.oldestMs = 0;
  });
  afterAll(() => gateway.close());

  const json = (path: string) => gateway.json(path);

  it('answers the overview from the stores as of the last full second', async () => {
    const overview = overviewSchema.parse(await json('/orders/overview'));
    expect(overview.meta).toMatchObject({ asOf, source: 'stores' });
    expect(overview.currentTimePeriod.orders).toBe(7);
    expect(gateway.olap.asked).toEqual([]);
  });

  it('floors a given asOf to the second', async () => {
    expect((await gateway.json<Overview>('/orders/overview?asOf=1600000000999')).meta.asOf).toBe(1_600_000_000_000);
  });

  it('answers the overview while the SQL side is gone', async () => {
    gateway.olap.state = 'gone';
    expect((await gateway.get('/orders/overview')).status).toBe(200);
  });

  it('takes windows that have expired in the stores from SQL and says so', async () => {
    gateway.aggregator.oldestMs = asOf;
    const overview = overviewSchema.parse(await json(`/orders/overview?asOf=${asOf - 1_000}`));
    expect(overview.meta).toEqual({
      asOf: asOf - 1_000,
      source: 'postgres',
      watermarkMs: 1_700_000_000_000,
      lag: null,
      late: null,
      partial: false,
    });
    expect(overview.currentTimePeriod.orders).toBe(2);
  });

  it('answers overview2 from SQL in the same shape', async () => {
    const overview = overviewSchema.parse(await json('/orders/overview2'));
    expect(overview.meta.source).toBe('postgres');
    expect(overview.previousTimePeriod.orders).toBe(1);
    expect(gateway.aggregator.asked).toEqual([]);
  });

  it('asks SQL for the minute before asOf, half-open, and the top five', async () => {
    expect(popularSchema.parse(await json('/orders/popular')).itemNames[0]?.itemName).toBe('Tea');
    expect((await gateway.json<Coupons>('/orders/couponslastminute')).rows).toEqual([
      { coupon_code: 'SAVE', times_used: 2 },
    ]);
    await json('/orders/toplocations');
    const minute = `${asOf - 60_000} ${asOf} 5`;
    expect(gateway.olap.asked).toEqual([`popular ${minute}`, `coupons ${minute}`, `locations ${minute}`]);
  });

  it('asks for 60 minutes in the zone of the caller and for ten latest orders', async () => {
    ordersPerMinuteSchema.parse(await json('/orders/ordersperminute?tz=Europe/Berlin'));
    ordersPerMinuteSchema.parse(await json('/orders/ordersperminute'));
    latestOrdersSchema.parse(await json('/orders/latestorders'));
    expect(gateway.olap.asked).toEqual([`minutes ${asOf} 60 Europe/Berlin`, `minutes ${asOf} 60 UTC`, 'latest 10']);
  });

  it.each([
    ['/orders/overview?asOf=yesterday', 'asOf'],
    ['/orders/overview?asOf=-1', 'asOf'],
    ['/orders/overview?asOf=', 'asOf'],
    [`/orders/overview?asOf=${nowMs + 61_000}`, 'asOf'],
    ['/orders/ordersperminute?tz=Mars/Olympus', 'tz'],
    ['/orders/ordersperminute?tz=%2B02:00', 'tz'],
    ['/orders/ordersperminute?tz=', 'tz'],
  ])('refuses %s with a problem that names %s', async (path, field) => {
    const answer = await gateway.get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(((await answer.json()) as Problem).errors).toEqual([expect.objectContaining({ field })]);
    expect(gateway.olap.asked).toEqual([]);
  });

  it.each(['yesterday', '-1', '1.5', '', '9e99'])('says in words what asOf must be instead of "%s"', async (asOf) => {
    const { detail } = (await (await gateway.get(`/orders/overview?asOf=${asOf}`)).json()) as Problem;
    expect(detail).toBe('asOf: must be a time in milliseconds since 1970-01-01 UTC, a whole number such as 1767225600000');
  });

  it.each([
    ['/orders/popular?asof=1', 'asof', 'there is asOf'],
    ['/orders/ordersperminute?zone=UTC', 'zone', 'there are asOf, tz'],
    ['/orders/latestorders?limit=5', 'limit', 'there are none'],
    ['/orders/live?x=1', 'x', 'there are none'],
    ['/status?x=1', 'x', 'there are none'],
  ])('refuses the unknown parameter of %s and says which there are', async (path, field, known) => {
    const answer = await gateway.get(path);
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as Problem;
    expect(errors).toEqual([{ field, message: `there is no such parameter here; ${known}` }]);
  });

  it.each(['/orders/overview', '/orders/live', '/status'])('answers POST %s with 405 and the methods that there are', async (path) => {
    const answer = await gateway.get(path, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['gone', 'hanging'] as const)(
    'answers 503 with Retry-After in time while the SQL side is %s, and recovers',
    async (state) => {
      gateway.olap.state = state;
      const startedMs = performance.now();
      const answer = await gateway.get('/orders/popular');
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
      gateway.olap.state = 'up';
      gateway.clock.fixedMs = nowMs + 1_000;
      expect((await gateway.get('/orders/popular')).status).toBe(200);
    },
  );

  it('answers 503 with Retry-After while the aggregator is gone, and recovers without a restart', async () => {
    await gateway.aggregator.stop();
    const startedMs = performance.now();
    const answer = await gateway.get('/orders/overview');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      detail: expect.stringContaining('window-aggregator'),
    });
    expect((await gateway.get('/orders/popular')).status).toBe(200);
    await gateway.aggregator.start();
    expect((await gateway.get('/orders/overview')).status).toBe(200);
  });

  it('answers 503 when the aggregator hangs or answers in a wrong shape', async () => {
    const { handler } = gateway.aggregator;
    gateway.aggregator.handler = () => 'hang';
    expect((await gateway.get('/orders/overview')).status).toBe(503);
    gateway.aggregator.handler = () => ({ body: { currentTimePeriod: {} } });
    expect(await json('/orders/overview')).toMatchObject({ status: 503, code: 'UPSTREAM_BAD_ANSWER' });
    gateway.aggregator.handler = handler;
  });

  it('lets the page of the product read its answers and no other', async () => {
    const allowed = await gateway.get('/orders/popular', { headers: { Origin: 'http://localhost:3000' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    const other = await gateway.get('/orders/popular', { headers: { Origin: 'http://localhost:3001' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('tells a browser that asks first, also on a path that there is not, which is 404 all the same', async () => {
    for (const headers of [{}, { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'GET' }]) {
      const preflight = await gateway.get('/nowhere', { method: 'OPTIONS', headers });
      expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD']);
    }
    expect((await gateway.get('/nowhere')).status).toBe(404);
    expect((await gateway.get('/orders/popular', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });

  it('is ready when aggregator and SQL answer, and names what does not', async () => {
    expect((await gateway.get('/health/ready')).status).toBe(200);
    gateway.olap.state = 'gone';
    const answer = await gateway.get('/health/ready');
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as Health).checks).toEqual({
      aggregator: { ok: true },
      sql: { ok: false, reason: 'postgres does not answer' },
    });
  });

  it('documents every route with the schema of its answer', async () => {
    const { paths } = await gateway.json<OpenApi>('/docs-json');
    const routes = [
      'overview',
      'overview2',
      'popular',
      'ordersperminute',
      'latestorders',
      'couponslastminute',
      'toplocations',
      'live',
    ];
    for (const path of [...routes.map((name) => `/orders/${name}`), '/status']) {
      const answers = Object.values(paths[path]?.get.responses['200']?.content ?? {});
      expect(answers).toEqual([expect.objectContaining({ schema: expect.anything() })]);
    }
    expect(paths['/orders/ordersperminute']?.get.parameters.map(({ name }) => name).sort()).toEqual(['asOf', 'tz']);
  });
});
