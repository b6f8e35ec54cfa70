import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { loadHttp } from './http-load';

describe('loadHttp', () => {
  let server: Server;
  let requests = 0;
  let answer: () => Promise<number>;

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=1`;

  beforeEach(async () => {
    requests = 0;
    answer = async () => 200;
    server = createServer((request, response) => {
      requests++;
      void answer().then((status) => {
        response.statusCode = request.url === '/path?query=1' ? status : 404;
        response.end(JSON.stringify({ padding: 'x'.repeat(20_000) }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends as fast as the answers come, each connection one at a time', async () => {
    let open = 0;
    let most = 0;
    answer = async () => {
      most = Math.max(most, ++open);
      await delay(1);
      open--;
      return 200;
    };
    const result = await loadHttp({ url: url(), connections: 3, seconds: 0.5, rate: null });
    expect(result.answers).toBe(requests);
    expect(result.errors).toBe(0);
    expect(most).toBe(3);
    expect(result.perSecond).toBeGreaterThan(100);
  });

  it('keeps to a rate', async () => {
    const result = await loadHttp({ url: url(), connections: 4, seconds: 1, rate: 100 });
    expect(result.answers).toBe(100);
  });

  it('counts the time that a request had to wait because the server was slow', async () => {
    answer = () => delay(50, 200);
    const result = await loadHttp({ url: url(), connections: 1, seconds: 0.5, rate: 100 });
    expect(result.answers).toBe(50);
    expect(result.worstMs).toBeGreaterThan(1_500);
  });

  it('counts the time that a request had to wait because the load itself was late', async () => {
    const load = loadHttp({ url: url(), connections: 20, seconds: 0.6, rate: 50 });
    await delay(210);
    // Nothing is on its way at this moment, and what falls due meanwhile waits for its timer on a connection of its own.
    for (const until = performance.now() + 200; performance.now() < until; );
    expect((await load).worstMs).toBeGreaterThan(150);
  });

  it('counts answers other than 200 as errors', async () => {
    answer = async () => 503;
    const result = await loadHttp({ url: url(), connections: 1, seconds: 0.1, rate: 50 });
    expect(result.errors).toBe(result.answers);
  });
});
