import { SwaggerModule } from '@nestjs/swagger';
import {
  DEAD_LETTER_TOPIC,
  figureWindowsSchema,
  LATE_TOPIC,
  ORDERS_TOPIC,
  problemSchema,
  SNAPSHOT_TOPIC,
  STORE_NAMES,
  storesSchema,
  topSchema,
  type OrderEvent,
} from '@orderpulse/contracts';
import { MemoryBroker } from '@orderpulse/event-log';
import { WindowStores } from '@orderpulse/windowing';
import { rm } from 'node:fs/promises';
import { startHttpApp, type HttpApp } from '../testing/http-app';
import { temporaryFolder, TestClock } from '../testing/instance';
import { readAll } from '../testing/read-all';
import { sampleEvent, toRecord } from '../testing/sample-events';

const HOUR = 3_600_000;
/** A midnight in UTC. */
const DAY = 19_675 * 24 * HOUR;
const NOW_MS = DAY + 10 * HOUR + 30_500;
const MINUTE = DAY + 10 * HOUR - 60_000;

const WINDOW_STORES = new WindowStores([
  { name: 'ByState', window: { type: 'tumbling', sizeMs: 60_000, graceMs: 0 }, groupBy: 'state' },
  {
    name: 'ByCategory',
    window: { type: 'hopping', sizeMs: 120_000, advanceMs: 60_000, graceMs: 600_000 },
    groupBy: 'category',
  },
  { name: 'Today', window: { type: 'cumulative', stepMs: HOUR, graceMs: HOUR }, groupBy: 'none' },
]);

let folder: string;
let broker: MemoryBroker;
let http: HttpApp;

beforeEach(async () => {
  folder = await temporaryFolder();
  broker = new MemoryBroker(() => NOW_MS);
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC])
    broker.ensure({ name, partitions: 2, replicationFactor: 1, retentionMs: 1e12, maxRecordBytes: 2 ** 21 });
  http = await startHttpApp({ broker, directory: folder, clock: new TestClock(NOW_MS), config: { WINDOW_STORES } });
});

afterEach(async () => {
  await http.app.close();
  await rm(folder, { recursive: true, force: true });
});

let ids = 0;
const line = (category: string) => ({ product: { product_id: 'p', name: 'p', category, price: 1 }, quantity: 1 });

/** One created order of a state, with line items of some categories. */
function put(partition: number, timeMs: number, cents: number, state: string | null, ...categories: string[]): void {
  const event: Partial<OrderEvent> = {
    event_id: `event-${ids++}`,
    event_time_ms: timeMs,
    revenue_cents: cents,
    customer: { customer_id: 'customer-1', state },
    line_items: categories.map(line),
  };
  broker.append(ORDERS_TOPIC, [toRecord(sampleEvent(event), partition)]);
}

const period = (orders: number, totalRevenue: number, avgOrderValue = totalRevenue / orders) => ({
  orders,
  totalRevenue,
  avgOrderValue,
  fraudCount: 0,
  deliveredCount: 0,
  refundedCount: 0,
});
const windows = async (query: string) =>
  figureWindowsSchema
    .parse((await http.get(`/stores/${query}`)).body)
    .windows.map(({ startMs, endMs, group, ...rest }) => ({
      bounds: [startMs, endMs],
      group,
      ...rest,
    }));
const top = async (query: string) => topSchema.parse((await http.get(`/stores/${query}`)).body);

describe('the further window stores', () => {
  it('are listed with their windows, what can be asked for, their groups, and what was late for each', async () => {
    put(0, MINUTE + 60_000, 100, 'CA', 'Toys', 'Books');
    put(0, MINUTE + 59_999, 100, 'NY', 'Toys');
    put(1, MINUTE, 100, null, 'Garden');
    await readAll(http.app, broker);
    const { stores } = storesSchema.parse((await http.get('/stores')).body);
    expect(stores.slice(5)).toEqual([
      {
        name: 'ByState',
        window: { type: 'tumbling', sizeMs: 60_000, graceMs: 0 },
        groupBy: 'state',
        windowSizeMs: 60_000,
        advanceMs: 60_000,
        graceMs: 0,
        visibleFromMs: MINUTE + 60_000,
        visibleToMs: MINUTE + 60_000,
        groups: 2,
        late: 1,
      },
      expect.objectContaining({ name: 'ByCategory', groups: 3, late: 0, visibleFromMs: MINUTE - 600_000 }),
      expect.objectContaining({
        name: 'Today',
        groupBy: 'none',
        groups: null,
        visibleFromMs: DAY + 9 * HOUR,
        visibleToMs: DAY + 23 * HOUR,
      }),
    ]);
    expect(stores.slice(0, 5).map(({ groupBy, groups, late }) => [groupBy, groups, late])).toEqual(
      Array.from({ length: 5 }, () => ['none', null, 0]),
    );
  });

  it('give the windows of one group, or of every group one after the other', async () => {
    put(0, MINUTE, 100, 'CA', 'Toys', 'Books', 'Toys');
    put(1, MINUTE + 60_000, 50, 'CA', 'Toys');
    put(1, MINUTE + 60_000, 30, 'CA');
    await readAll(http.app, broker);
    const range = `from=${MINUTE}&to=${MINUTE + 120_000}`;
    const first = [MINUTE, MINUTE + 120_000];
    const second = [MINUTE + 60_000, MINUTE + 180_000];
    const toys = [
      { bounds: first, group: 'Toys', ...period(2, 1.5) },
      { bounds: second, group: 'Toys', ...period(1, 0.5) },
    ];
    expect(await windows(`ByCategory/windows?${range}&group=Toys`)).toEqual(toys);
    expect(await windows(`ByCategory/windows?${range}`)).toEqual([
      { bounds: first, group: '(none)', ...period(1, 0.3) },
      { bounds: second, group: '(none)', ...period(1, 0.3) },
      { bounds: first, group: 'Books', ...period(1, 1) },
      ...toys,
    ]);
    expect(await windows(`ByCategory/windows?from=${MINUTE + 1}&to=${MINUTE + 60_000}`)).toEqual([]);
    expect(await windows(`ByCategory/windows?${range}&group=Nothing`)).toEqual([]);
  });

  it('give the windows of a day by the starts of their last steps', async () => {
    put(0, DAY + 8 * HOUR, 100, 'CA');
    put(1, DAY + 10 * HOUR, 23, 'CA');
    await readAll(http.app, broker);
    expect(await windows(`Today/windows?from=${DAY + 9 * HOUR}&to=${DAY + 11 * HOUR}`)).toEqual([
      { bounds: [DAY, DAY + 10 * HOUR], group: null, ...period(1, 1) },
      { bounds: [DAY, DAY + 11 * HOUR], group: null, ...period(2, 1.23, 0.62) },
    ]);
    expect(await windows(`Today/windows?from=${DAY}&to=${DAY + 24 * HOUR}`)).toHaveLength(15);
  });

  it('rank groups exactly over all partitions, by orders or revenue, equal ones by name', async () => {
    for (const [state, cents] of [
      ['TX', 900],
      ['CA', 100],
      ['NY', 100],
      ['NY', 100],
      ['AL', 300],
    ] as const)
      put(ids % 2, MINUTE + 1_000, cents, state);
    put(0, MINUTE - 1, 99_999, 'WA');
    put(1, MINUTE + 59_999, 0, null);
    await readAll(http.app, broker);
    const byOrders = await top(`ByState/top?at=${MINUTE + 60_000}`);
    expect(byOrders).toMatchObject({ startMs: MINUTE, endMs: MINUTE + 60_000, by: 'orders' });
    expect(byOrders.groups.map(({ group }) => group)).toEqual(['NY', '(none)', 'AL', 'CA', 'TX']);
    expect(byOrders.groups[0]).toEqual({ group: 'NY', ...period(2, 2) });
    const byRevenue = await top(`ByState/top?at=${MINUTE + 119_999}&by=revenue&k=3`);
    expect(byRevenue.groups.map(({ group }) => group)).toEqual(['TX', 'AL', 'NY']);
  });

  it('rank the newest window that has ended by the wall clock unless told otherwise', async () => {
    put(0, MINUTE, 100, 'CA');
    put(0, MINUTE + 60_000, 100, 'NY');
    await readAll(http.app, broker);
    const { endMs, meta, groups } = await top('ByCategory/top');
    expect([endMs, meta.asOf]).toEqual([MINUTE + 60_000, MINUTE + 60_000]);
    expect(groups).toEqual([{ group: '(none)', ...period(1, 1) }]);
  });

  it('say 410 for a window that has expired', async () => {
    put(0, MINUTE + 60_000, 100, 'CA');
    await readAll(http.app, broker);
    const { status, body } = await http.get(`/stores/ByState/top?at=${MINUTE + 60_000}`);
    expect([status, problemSchema.parse(body).code]).toEqual([410, 'WINDOW_NOT_VISIBLE']);
  });

  it.each(['default/top', 'by-state/windows?from=0&to=1', 'NoSuchStore/windows?from=0&to=1'])(
    'know no %s',
    async (query) => {
      const { status, body } = await http.get(`/stores/${query}`);
      const { code, detail } = problemSchema.parse(body);
      expect([status, code]).toEqual([404, 'STORE_NOT_FOUND']);
      const [name] = query.split('/');
      expect(detail).toBe(
        `There is no store ${name}; there are ${[...STORE_NAMES, 'ByState', 'ByCategory', 'Today'].join(', ')}.`,
      );
    },
  );

  it('say with their windows which ones can be asked for', async () => {
    put(0, MINUTE + 60_000, 100, 'CA', 'Toys');
    await readAll(http.app, broker);
    const visibleOf = async (store: string) => {
      const { body } = await http.get(`/stores/${store}/windows?from=0&to=1`);
      const { visibleFromMs, visibleToMs } = figureWindowsSchema.parse(body);
      return [visibleFromMs, visibleToMs];
    };
    const { stores } = storesSchema.parse((await http.get('/stores')).body);
    for (const { name, visibleFromMs, visibleToMs } of stores.slice(5))
      expect(await visibleOf(name)).toEqual([visibleFromMs, visibleToMs]);
  });

  it.each([
    ['Today/top', /Today does not group/],
    ['RevenueStore/top', /RevenueStore does not group/],
    ['ByState/top?k=101', /k/],
    ['ByState/top?k=0', /k/],
    ['ByState/top?by=name', /by/],
    ['Today/windows?from=0&to=1&group=CA', /Today does not group/],
    ['RevenueStore/windows?from=0&to=1&group=CA', /RevenueStore does not group/],
    [`Today/windows?from=0&to=${3_601 * HOUR}`, /at most 12960000000 ms above from/],
    ['ByState/windows?from=0', /to/],
  ])('refuse %s', async (query, message) => {
    put(0, MINUTE, 100, 'CA');
    await readAll(http.app, broker);
    const { status, body } = await http.get(`/stores/${query}`);
    expect(status).toBe(400);
    expect(JSON.stringify(problemSchema.parse(body))).toMatch(message);
  });

  it('refuse an answer of more than 3,600 rows', async () => {
    for (let n = 0; n < 1_900; n++) put(0, MINUTE + 60_000, 1, 'CA', `category-${n}`);
    await readAll(http.app, broker);
    const range = `from=${MINUTE - 60_000}&to=${MINUTE + 120_000}`;
    const { status, body } = await http.get(`/stores/ByCategory/windows?${range}`);
    expect([status, problemSchema.parse(body).detail]).toEqual([400, expect.stringContaining('more than 3600 rows')]);
    expect(await windows(`ByCategory/windows?${range}&group=category-7`)).toHaveLength(2);
  });

  it('are described by their schemas in the OpenAPI document', () => {
    const document = SwaggerModule.createDocument(http.app, { openapi: '3.1.0', info: { title: '', version: '' } });
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/stores', '/stores/{store}/windows', '/stores/{store}/top']),
    );
    const schemas = JSON.stringify(document);
    for (const id of ['Stores', 'WindowSpec', 'Windows', 'FigureWindows', 'TopGroups', 'Problem'])
      expect(schemas).toContain(`#/components/schemas/${id}`);
  });
});
