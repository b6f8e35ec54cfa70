import { liveUnavailableSchema, type Overview, overviewSchema } from '@orderpulse/contracts';
import { type GatewayHarness, startGateway } from '../testing/gateway-harness';
import { type ReceivedEvent, SseClient } from '../testing/sse-client';

// Every test waits for whole seconds, and "not enough events" after 8 s must have its say first.
jest.setTimeout(30_000);

const isData = (event: ReceivedEvent): boolean => event.name === 'message';
const idsOf = (client: SseClient): number[] => client.events.filter(isData).map(({ id }) => Number(id));

describe('the live stream', () => {
  let gateway: GatewayHarness;
  const clients: SseClient[] = [];

  const open = async (lastEventId?: string): Promise<SseClient> => {
    const client = await SseClient.open(
      `${gateway.url}/orders/live`,
      lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId },
    );
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    gateway = await startGateway({ environment: { LIVE_MAX_CLIENTS: '3' } });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await gateway.close();
  });

  it('sends one overview a second, with asOf as its id', async () => {
    const client = await open();
    await client.until((events) => events.length >= 3);
    const ids = idsOf(client);
    expect(ids.map((id) => id - (ids[0] ?? 0))).toEqual(ids.map((_, index) => index * 1_000));
    expect(ids).toHaveLength(client.events.length);
    expect((ids[0] ?? 1) % 1_000).toBe(0);
    for (const event of client.events)
      expect(overviewSchema.parse(JSON.parse(event.data)).meta.asOf).toBe(Number(event.id));
  });

  it('sends figures that stay what they are: the last orders before asOf have been read by then', async () => {
    gateway.aggregator.readDelayMs = 400;
    const client = await open();
    await client.until((events) => events.filter(isData).length >= 3);
    for (const event of client.events.filter(isData)) {
      const later = await gateway.json<Overview>(`/orders/overview?asOf=${event.id}`);
      expect(JSON.parse(event.data)).toEqual(later);
    }
  });

  it('is marked so that nothing on the way holds it back', async () => {
    const { headers, statusCode } = (await open()).response;
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  it('asks the aggregator once a second for all clients, and not at all without one', async () => {
    const all = [await open(), await open(), await open()];
    await Promise.all(all.map((client) => client.until((events) => events.length >= 2)));
    const asked = gateway.aggregator.askedSeconds;
    expect(new Set(asked).size).toBe(asked.length);
    for (const client of clients.splice(0)) client.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    gateway.aggregator.asked.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(gateway.aggregator.asked).toEqual([]);
  });

  it('sends first what a returning client has missed, without a hole or a repetition', async () => {
    const last = Math.floor(Date.now() / 1_000) * 1_000 - 20_000;
    const client = await open(String(last));
    await client.until((events) => events.length >= 23);
    const ids = idsOf(client);
    expect(ids).toEqual(ids.map((_, index) => last + (index + 1) * 1_000));
  });

  it('sends at most 60 missed seconds, and only those the stores still know', async () => {
    const nowSecond = Math.floor(Date.now() / 1_000) * 1_000;
    gateway.aggregator.oldestMs = nowSecond - 5_000;
    const client = await open(String(nowSecond - 1_000_000));
    await client.until((events) => events.length >= 6);
    expect(idsOf(client)[0]).toBe(nowSecond - 5_000);
    expect(gateway.aggregator.askedSeconds.length).toBeLessThanOrEqual(63);
  });

  it('says that there are no figures while the aggregator is gone, stays open and recovers', async () => {
    const client = await open();
    await client.until((events) => events.some(isData));
    await gateway.aggregator.stop();
    await client.until((events) => events.some(({ name }) => name === 'unavailable'));
    const gap = client.events.find(({ name }) => name === 'unavailable');
    expect(gap?.id).toBeUndefined();
    expect(liveUnavailableSchema.parse(JSON.parse(gap?.data ?? '')).reason).toContain(
      'window-aggregator does not answer',
    );
    await gateway.aggregator.start();
    const before = client.events.length;
    await client.until((events) => events.slice(before).some(isData));
  });

  it('refuses a stream beyond the bound with 503 and takes one again when another has gone', async () => {
    await open();
    await open();
    const third = await open();
    const refused = await gateway.get('/orders/live');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    third.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await open()).response.statusCode).toBe(200);
  });

  it('ends its streams when the service stops', async () => {
    const client = await open();
    const closed = new Promise((resolve) => client.response.once('close', resolve));
    await gateway.app.close();
    await closed;
  });
});
