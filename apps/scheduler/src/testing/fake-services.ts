import type { Overview, Period } from '@orderpulse/contracts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const periodOf = (orders: number): Period => ({
  orders,
  totalRevenue: orders * 10,
  avgOrderValue: orders === 0 ? 0 : 10,
  fraudCount: 0,
  deliveredCount: 0,
  refundedCount: 0,
});

/** All other services in one HTTP server: readiness, and the gateway's two overviews. */
export class FakeServices {
  ready = true;
  orders = { stores: 5, sql: 5 };
  source: Overview['meta']['source'] = 'stores';
  private server: Server | undefined;
  url = '';

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const { status, body } = this.answer(new URL(request.url ?? '/', 'http://fake'));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private answer(url: URL): { status: number; body: unknown } {
    if (url.pathname === '/health/ready') {
      const checks = { topic: this.ready ? { ok: true } : { ok: false, reason: 'not there yet' } };
      return { status: this.ready ? 200 : 503, body: { status: this.ready ? 'ok' : 'unavailable', checks } };
    }
    const stores = url.pathname === '/orders/overview';
    const asOf = Number(url.searchParams.get('asOf') ?? Date.now());
    const meta = {
      asOf,
      source: stores ? this.source : 'postgres',
      watermarkMs: asOf,
      lag: 0,
      late: 0,
      partial: false,
    };
    const period = periodOf(stores ? this.orders.stores : this.orders.sql);
    return { status: 200, body: { currentTimePeriod: period, previousTimePeriod: period, meta } };
  }
}
