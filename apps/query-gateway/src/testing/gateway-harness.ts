import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createEventLog, EVENT_LOG, MemoryBroker } from '@orderpulse/event-log';
import { OLAP_INGESTER, OLAP_STORE, type OlapIngester } from '@orderpulse/olap-store';
import { Clock, createService, loadConfig } from '@orderpulse/service-kit';
import { gatewaySettings } from '../config';
import { gatewayService } from '../query-gateway.service-definition';
import { FakeAggregator } from './fake-aggregator';
import { FakeOlapStore } from './fake-olap-store';

/** A clock that a test can move; otherwise the wall clock. */
export class TestClock extends Clock {
  fixedMs: number | undefined;

  override now(): number {
    return this.fixedMs ?? super.now();
  }
}

export interface GatewayHarness {
  app: NestFastifyApplication;
  url: string;
  aggregator: FakeAggregator;
  olap: FakeOlapStore;
  broker: MemoryBroker;
  clock: TestClock;
  get(path: string, init?: RequestInit): Promise<Response>;
  json<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

/** The gateway over HTTP on a free port, with fakes behind it. */
export async function startGateway({
  environment = {},
  ingester = null,
}: {
  environment?: Record<string, string>;
  ingester?: OlapIngester | null;
} = {}): Promise<GatewayHarness> {
  const aggregator = await new FakeAggregator().start();
  const olap = new FakeOlapStore();
  const broker = new MemoryBroker();
  const clock = new TestClock();
  const config = loadConfig(gatewaySettings, {
    PORT: '0',
    LOG_LEVEL: 'error',
    WINDOW_AGGREGATOR_URL: aggregator.url,
    ORDER_API_URL: 'http://127.0.0.1:1',
    ORDER_PRODUCER_URL: 'http://127.0.0.1:1',
    ...environment,
  });
  const app = await createService(gatewayService, config, async (root, adapter, options) => {
    const testing = await Test.createTestingModule({ imports: [root] })
      .overrideProvider(EVENT_LOG)
      .useValue(createEventLog({ kind: 'memory', broker }))
      .overrideProvider(OLAP_STORE)
      .useValue(olap)
      .overrideProvider(OLAP_INGESTER)
      .useValue(ingester)
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    return testing.createNestApplication<NestFastifyApplication>(adapter, options);
  });
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    url,
    aggregator,
    olap,
    broker,
    clock,
    get: (path, init) => fetch(url + path, init),
    json: async <T>(path: string) => (await (await fetch(url + path)).json()) as T,
    close: async () => {
      await app.close();
      await aggregator.stop();
    },
  };
}
