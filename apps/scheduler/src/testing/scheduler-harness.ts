import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Job, Run, Runs } from '@orderpulse/contracts';
import { createEventLog, EVENT_LOG, MemoryBroker } from '@orderpulse/event-log';
import { OLAP_ADMIN } from '@orderpulse/olap-store';
import { createService, loadConfig } from '@orderpulse/service-kit';
import { schedulerSettings } from '../config';
import { RunnerService } from '../runner/runner.service';
import { schedulerService } from '../scheduler.service-definition';
import { FakeOlapAdmin } from './fake-olap-admin';

export interface SchedulerHarness {
  app: NestFastifyApplication;
  url: string;
  runner: RunnerService;
  runs(job: string): Promise<Run[]>;
  job(name: string): Promise<Job>;
  post(path: string): Promise<Response>;
  get(path: string): Promise<Response>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  databaseUrl: string;
  servicesUrl: string;
  broker?: MemoryBroker;
  olap?: FakeOlapAdmin;
  environment?: Record<string, string>;
}

/** A scheduler over HTTP on a free port, with a real database and fake engines. Nothing is scheduled unless a test says so. */
export async function startScheduler({
  databaseUrl,
  servicesUrl,
  broker,
  olap,
  environment,
}: HarnessOptions): Promise<SchedulerHarness> {
  const never = '0 0 1 1 *';
  const config = loadConfig(schedulerSettings, {
    PORT: '0',
    LOG_LEVEL: 'error',
    DATABASE_URL: databaseUrl,
    ORDER_API_URL: servicesUrl,
    ORDER_PRODUCER_URL: servicesUrl,
    WINDOW_AGGREGATOR_URL: servicesUrl,
    GATEWAY_URL: servicesUrl,
    RETENTION_CRON: never,
    RECONCILIATION_CRON: never,
    BOOTSTRAP_RETRY_MS: '300',
    ...environment,
  });
  const app = await createService(schedulerService, config, async (root, adapter, options) => {
    const testing = await Test.createTestingModule({ imports: [root] })
      .overrideProvider(EVENT_LOG)
      .useValue(createEventLog({ kind: 'memory', broker: broker ?? new MemoryBroker() }))
      .overrideProvider(OLAP_ADMIN)
      .useValue(olap ?? new FakeOlapAdmin())
      .compile();
    return testing.createNestApplication<NestFastifyApplication>(adapter, options);
  });
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const json = async <T>(path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;
  return {
    app,
    url,
    runner: app.get(RunnerService, { strict: false }),
    runs: async (job) => (await json<Runs>(`/runs?job=${job}`)).runs ?? [],
    job: (name) => json<Job>(`/jobs/${name}`),
    post: (path) => fetch(url + path, { method: 'POST' }),
    get: (path) => fetch(url + path),
    close: () => app.close(),
  };
}

/** Waits until something holds. @throws after 15 s */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await what())) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
