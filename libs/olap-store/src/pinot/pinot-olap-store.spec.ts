import { createServer, type AddressInfo, type Server } from 'node:net';
import { OlapInexactError, OlapUnavailableError } from '../errors';
import { startFakePinot, type FakePinot } from '../testing/fake-pinot';
import { PinotOlapStore } from './pinot-olap-store';

const minute = { fromMs: 60_000, toMs: 120_000 };
/** A busy machine must not look like a broker that does not answer. */
const REQUEST_TIMEOUT_MS = 4_000;

/** A broker's answer to each statement: the watermark, then one row of sums. */
function answerOf(fields: Record<string, unknown> = {}, sums: unknown[] = [2, 300, 1, 1, 0]) {
  return ({ body }: { body: unknown }) => {
    const isWatermark = (body as { sql: string }).sql.includes('MAX(');
    return {
      status: 200,
      body: {
        exceptions: [],
        numServersQueried: 2,
        numServersResponded: 2,
        resultTable: { rows: [isWatermark ? [1.5e5] : sums] },
        ...fields,
      },
    };
  };
}

describe('PinotOlapStore', () => {
  let broker: FakePinot;
  let store: PinotOlapStore;

  beforeEach(async () => {
    broker = await startFakePinot(answerOf());
    store = new PinotOlapStore({ brokerUrl: `${broker.url}/`, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  });

  afterEach(async () => {
    await store.close();
    await broker.close();
  });

  it('reads sums in the order of the select list, and how far the table has read', async () => {
    expect(await store.period(minute)).toEqual({
      period: { orders: 2, totalRevenue: 3, avgOrderValue: 1.5, fraudCount: 1, deliveredCount: 1, refundedCount: 0 },
      watermarkMs: 150_000,
      partial: false,
    });
  });

  it('gives every statement a limit, a time-out and groups that are not thrown away', async () => {
    await store.period(minute);
    await store.overview(120_000);
    for (const { path, body } of broker.requests) {
      expect(path).toBe('/query/sql');
      expect(body).toMatchObject({
        sql: expect.stringMatching(/ LIMIT \d+$/),
        queryOptions: 'timeoutMs=4000;minServerGroupTrimSize=-1;minSegmentGroupTrimSize=-1',
      });
    }
  });

  it.each([
    ['a server that did not respond', { numServersResponded: 1 }],
    ['a partial result', { partialResult: true }],
    ['groups beyond the limit', { numGroupsLimitReached: true }],
    ['groups thrown away', { groupsTrimmed: true }],
  ])('calls an answer with %s partial', async (_, fields) => {
    broker.answer = answerOf(fields);
    expect((await store.period(minute)).partial).toBe(true);
  });

  it('takes an exception in an answer for no answer', async () => {
    broker.answer = answerOf({
      exceptions: [{ errorCode: 190, message: 'TableDoesNotExistError\n\tat Broker.java:1' }],
    });
    await expect(store.totals()).rejects.toThrow(
      new OlapUnavailableError('Pinot cannot answer: TableDoesNotExistError at Broker.java:1 (190)'),
    );
  });

  it('refuses sums that are not exact', async () => {
    broker.answer = answerOf({}, [2, 2 ** 53, 0, 0, 0]);
    await expect(store.period(minute)).rejects.toThrow(OlapInexactError);
    broker.answer = answerOf({}, [2, 'Infinity', 0, 0, 0]);
    await expect(store.period(minute)).rejects.toThrow(OlapInexactError);
  });

  it('is unavailable while the broker is gone or fails, and answers when it is back', async () => {
    broker.answer = () => ({ status: 503, body: { error: 'starting' } });
    await expect(store.totals()).rejects.toThrow(/HTTP 503: starting/);
    const port = Number(new URL(broker.url).port);
    await broker.close();
    await expect(store.totals()).rejects.toThrow(OlapUnavailableError);
    broker = await startFakePinot(answerOf(), port);
    expect((await store.period(minute)).period.orders).toBe(2);
  });

  it('gives up on a broker that takes the question and never answers', async () => {
    broker.answer = () => ({ status: 0, body: null });
    const hasty = new PinotOlapStore({ brokerUrl: broker.url, requestTimeoutMs: 300 });
    await expect(hasty.totals()).rejects.toThrow(OlapUnavailableError);
    await hasty.close();
  });

  it('gives up on a connection that does not come up, long before the time-out of a query', async () => {
    // A listener that never says a word of TLS keeps a connection from coming up.
    const silent = await listen();
    const closed = new PinotOlapStore({
      brokerUrl: `https://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      connectTimeoutMs: 100,
    });
    const startedAt = Date.now();
    await expect(closed.totals()).rejects.toThrow(/no connection within 100 ms/);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    await closed.close();
    silent.close();
  });
});

async function listen(): Promise<Server> {
  const server = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
