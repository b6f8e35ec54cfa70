import type { HopState, Overview, PipelineStatus, Problem } from '@orderpulse/contracts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { couponsAt, latestAt, locationsAt, minutesAt, overviewAt, popularAt } from './fake-shop';

const SECOND_MS = 1_000;

export interface FakeGatewayOptions {
  /** Epoch ms; default the wall clock. */
  now?: () => number;
  /** 0 picks a free one; it is kept when the gateway is revived. */
  port?: number;
}

/**
 * A gateway with the real one's routes and shapes over figures that are a function of time alone, so that a test can
 * say what the page must show. It can be killed (connections cut, port closed) and revived.
 */
export class FakeGateway {
  /** Paths that were asked for, without queries, in order. */
  readonly requests: string[] = [];
  /** Paths that answer 503 with a problem. */
  readonly failing = new Set<string>();
  /** Changes the answer of SQL, to make the two paths differ. */
  sqlSkewCents = 0;
  /** Hops that are not "ok". */
  readonly hopStates = new Map<string, HopState>();

  /** What the simulated shop does. */
  shop: PipelineStatus['shop'] = 'running';

  private readonly now: () => number;
  private port: number;
  private server: Server | null = null;
  private readonly streams = new Set<ServerResponse>();

  constructor(options: FakeGatewayOptions = {}) {
    this.now = options.now ?? Date.now;
    this.port = options.port ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Live streams that are open now. */
  get openStreams(): number {
    return this.streams.size;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => this.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Cuts every connection and closes the port, as kill -9 would. */
  async kill(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private asOfMs(): number {
    return Math.floor(this.now() / SECOND_MS) * SECOND_MS;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(url.pathname);
    if (this.failing.has(url.pathname)) {
      sendProblem(response, 503, 'ENGINE_UNAVAILABLE', 'PostgreSQL does not answer');
    } else if (url.pathname === '/orders/live') {
      this.stream(response);
    } else {
      const asked = url.searchParams.get('asOf');
      const body = this.body(url.pathname, asked === null ? this.asOfMs() : Number(asked));
      if (body === null) sendProblem(response, 404, 'NOT_FOUND', `${url.pathname} does not exist`);
      else send(response, 200, 'application/json', body);
    }
  }

  private body(path: string, asOfMs: number): unknown {
    switch (path) {
      case '/orders/overview':
        return overviewAt(asOfMs);
      case '/orders/overview2':
        return this.skewed(overviewAt(asOfMs, 'postgres'));
      case '/orders/ordersperminute':
        return minutesAt(asOfMs);
      case '/orders/popular':
        return popularAt(asOfMs);
      case '/orders/toplocations':
        return locationsAt(asOfMs);
      case '/orders/couponslastminute':
        return couponsAt(asOfMs);
      case '/orders/latestorders':
        return latestAt(asOfMs);
      case '/status':
        return this.status(asOfMs);
      default:
        return null;
    }
  }

  private skewed(overview: Overview): Overview {
    const { currentTimePeriod } = overview;
    const totalRevenue = Math.round(currentTimePeriod.totalRevenue * 100 - this.sqlSkewCents) / 100;
    return { ...overview, currentTimePeriod: { ...currentTimePeriod, totalRevenue } };
  }

  private status(asOf: number): PipelineStatus {
    const names = ['order-api', 'order-producer', 'topic', 'aggregator', 'sql'] as const;
    return {
      asOf,
      shop: this.shop,
      hops: names.map((name, index) => {
        const state = this.hopStates.get(name) ?? 'ok';
        return {
          name,
          state,
          ratePerSecond: state === 'ok' ? 36.4 + index * 0.3 : 0,
          lag: name === 'topic' || name === 'order-api' ? null : state === 'stalled' ? 1_240 : index,
          watermarkMs: asOf - index * 300,
          unchangedSinceMs: state === 'ok' ? asOf : asOf - 35_000,
          message: state === 'down' ? 'does not answer' : null,
        };
      }),
    };
  }

  private stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
    this.streams.add(response);
    const tick = (): void => {
      const asOf = this.asOfMs();
      if (this.failing.has('/orders/overview')) {
        response.write(`event: unavailable\ndata: ${JSON.stringify({ asOf, reason: 'the stores do not answer' })}\n\n`);
      } else {
        response.write(`id: ${asOf}\ndata: ${JSON.stringify(overviewAt(asOf))}\n\n`);
      }
    };
    tick();
    const timer = setInterval(tick, SECOND_MS);
    response.once('close', () => {
      clearInterval(timer);
      this.streams.delete(response);
    });
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: unknown): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  const problem: Problem = {
    type: 'about:blank',
    title: 'Not available',
    status,
    code,
    detail,
    requestId: 'fake-request-1',
  };
  send(response, status, 'application/problem+json', problem);
}
