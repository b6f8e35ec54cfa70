import type { Order, OrderFeed, Problem, Task } from '@orderpulse/contracts';
import { createService } from '@orderpulse/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { type OrderApiConfig, orderApiSettings } from '../config';
import { orderApiService } from '../order-api.service-definition';

/** An answer with its body read; the body is what the test says it is. */
export interface Answer<T> {
  status: number;
  location: string | null;
  type: string;
  body: T;
}

/** A running order API and a client for it. */
export class OrderApiClient {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(settings: Partial<OrderApiConfig>): Promise<OrderApiClient> {
    const config = { ...orderApiSettings.parse({ PORT: '0', LOG_LEVEL: 'error' }), ...settings };
    const app = await createService(orderApiService, config);
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
    return new OrderApiClient(app, await app.getUrl());
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.call<T>(path, { headers });
  }

  async send<T>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer<T>> {
    return this.call<T>(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  async sendCsv<T = Task & Problem>(path: string, body: string, type = 'text/csv'): Promise<Answer<T>> {
    return this.call<T>(path, { method: 'POST', body, headers: { 'content-type': type } });
  }

  async order(id: string): Promise<Order> {
    return (await this.get<Order>(`/orders/${id}`)).body;
  }

  async feed(after = 0, limit = 1_000): Promise<OrderFeed> {
    return (await this.get<OrderFeed>(`/order-events?after=${after}&limit=${limit}`)).body;
  }

  /** Every event of the feed. */
  async wholeFeed(): Promise<OrderFeed['events']> {
    const events: OrderFeed['events'] = [];
    for (;;) {
      const page = await this.feed(events.at(-1)?.sequence);
      if (page.events.length === 0) return events;
      events.push(...page.events);
    }
  }

  async finished(location: string | null): Promise<Task> {
    for (;;) {
      const { body } = await this.get<Task>(location ?? '');
      if (body.state === 'succeeded' || body.state === 'failed') return body;
      await delay(50);
    }
  }

  async untilReady(): Promise<void> {
    while ((await this.get('/health/ready')).status !== 200) await delay(50);
  }

  private async call<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const answer = await fetch(this.url + path, init);
    const type = answer.headers.get('content-type') ?? '';
    const text = await answer.text();
    const body = (/json/.test(type) && !/ndjson/.test(type) ? JSON.parse(text) : text) as T;
    return { status: answer.status, location: answer.headers.get('location'), type, body };
  }
}
