import { freePort } from '@orderpulse/local-engines';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { overviewAt } from '../testing/fake-shop';
import { forward } from './forward';

const AS_OF = Date.UTC(2026, 10, 21, 14, 3, 7);

describe('the way to the gateway', () => {
  let upstream: Server;
  let answer: (response: ServerResponse, url: string, headers: NodeJS.Dict<string | string[]>) => void;
  let config: { GATEWAY_URL: string; GATEWAY_TIMEOUT_MS: number; STREAM_IDLE_TIMEOUT_MS: number };

  beforeEach(async () => {
    upstream = createServer((request, response) => answer(response, request.url ?? '', request.headers));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    // Too long to matter: a test of a time-out sets its own.
    config = { GATEWAY_URL: `http://127.0.0.1:${port}`, GATEWAY_TIMEOUT_MS: 30_000, STREAM_IDLE_TIMEOUT_MS: 30_000 };
  });

  afterEach(async () => {
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    forward(new Request(`http://page/api/${path}`, init), path.split('?')[0]?.split('/') ?? [], config);

  const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => {
    response.writeHead(status, { 'content-type': type, 'retry-after': '3', 'set-cookie': 'secret=1' });
    response.end(JSON.stringify(body));
  };

  it('passes an answer and the query on, without cookies in either direction', async () => {
    let seen = { url: '', cookie: 'unset' as unknown };
    answer = (response, url, headers) => {
      seen = { url, cookie: headers['cookie'] };
      json(response, 200, overviewAt(AS_OF));
    };
    const response = await get(`orders/overview?asOf=${AS_OF}`, { headers: { cookie: 'session=1' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(overviewAt(AS_OF));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(seen).toEqual({ url: `/orders/overview?asOf=${AS_OF}`, cookie: undefined });
  });

  it('passes a problem on with its status, body and Retry-After', async () => {
    const problem = { type: 'about:blank', title: 'Down', status: 503, code: 'ENGINE_UNAVAILABLE', requestId: 'r-1' };
    answer = (response) => json(response, 503, problem, 'application/problem+json');
    const response = await get('orders/popular');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual(problem);
  });

  it('answers 502 when an answer breaks its contract, and says where', async () => {
    answer = (response) => json(response, 200, { currentTimePeriod: { orders: 'many' } });
    const response = await get('orders/overview');
    expect(response.status).toBe(502);
    const problem = (await response.json()) as { code: string; detail: string };
    expect(problem.code).toBe('BAD_GATEWAY_ANSWER');
    expect(problem.detail).toContain('currentTimePeriod.orders');
  });

  it('answers 502 with Retry-After when nothing listens', async () => {
    config.GATEWAY_URL = `http://127.0.0.1:${await freePort()}`;
    const response = await get('orders/overview');
    expect(response.status).toBe(502);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      requestId: expect.any(String) as string,
    });
  });

  it('answers 504 when the gateway accepts and then says nothing', async () => {
    config.GATEWAY_TIMEOUT_MS = 300;
    answer = () => undefined;
    const response = await get('orders/overview');
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'GATEWAY_TIMEOUT' });
  });

  it('answers 404 for a path that is not open, without asking the gateway', async () => {
    let asked = false;
    answer = () => (asked = true);
    expect((await get('metrics')).status).toBe(404);
    expect(asked).toBe(false);
  });

  it('asks once more when a connection is lost before the answer', async () => {
    let asked = 0;
    answer = (response) => {
      if (++asked === 1) response.socket?.destroy();
      else json(response, 200, overviewAt(AS_OF));
    };
    expect((await get('orders/overview')).status).toBe(200);
    expect(asked).toBe(2);
  });

  it('does not ask for ever when every connection is lost', async () => {
    let asked = 0;
    answer = (response) => {
      asked++;
      response.socket?.destroy();
    };
    expect((await get('orders/overview')).status).toBe(502);
    expect(asked).toBe(2);
  });

  it('does not follow the gateway to another address', async () => {
    answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect((await get('orders/overview')).status).toBe(502);
  });

  describe('for the live stream', () => {
    it('hands every event over as it comes, past compression', async () => {
      answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        setTimeout(() => response.end('data: 2\n\n'), 100);
      };
      const response = await get('orders/live');
      expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
      const reader = response.body?.getReader();
      const first = await reader?.read();
      expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
      const second = await reader?.read();
      expect(new TextDecoder().decode(second?.value)).toBe('data: 2\n\n');
      expect((await reader?.read())?.done).toBe(true);
    });

    it('may last longer than the time-out of a whole answer', async () => {
      config.GATEWAY_TIMEOUT_MS = 500;
      answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        let sent = 0;
        const timer = setInterval(
          () => (++sent < 8 ? response.write(': beat\n\n') : response.end(() => clearInterval(timer))),
          100,
        );
      };
      expect((await (await get('orders/live')).text()).split('beat')).toHaveLength(8);
    });

    it('lets the gateway go when the reader leaves', async () => {
      let left = false;
      answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        response.once('close', () => (left = true));
      };
      const reader = (await get('orders/live')).body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await until(() => left);
    });

    it('ends when the gateway falls silent for too long', async () => {
      config.STREAM_IDLE_TIMEOUT_MS = 300;
      answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
      };
      expect(await (await get('orders/live')).text()).toBe('data: 1\n\n');
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const limitMs = Date.now() + 2_000;
  while (!condition()) {
    if (Date.now() > limitMs) throw new Error('it did not come true within 2 s');
    await sleep(20);
  }
}
