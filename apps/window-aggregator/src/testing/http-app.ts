import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createEventLog, EVENT_LOG, type MemoryBroker } from '@orderpulse/event-log';
import {
  Clock,
  ConfigModule,
  createHttpAdapter,
  createValidationPipe,
  ProblemFilter,
  ServiceKitModule,
} from '@orderpulse/service-kit';
import { AggregatorModule } from '../aggregator.module';
import { aggregatorSettings, type AggregatorConfig } from '../config';
import { FatalErrors } from '../partitions/fatal-errors';
import { NotedErrors } from './crashes';

export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly fatal: NotedErrors;
  /** GETs a path; the body is parsed JSON, or text. */
  get(path: string): Promise<{ status: number; body: unknown; type: string }>;
}

/** The whole service on a log in memory and a free port. `configure` runs before it listens, as in production. */
export async function startHttpApp(options: {
  broker: MemoryBroker;
  directory: string;
  clock: Clock;
  config?: Partial<AggregatorConfig>;
  configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** In place of one that only takes note. */
  fatal?: FatalErrors;
}): Promise<HttpApp> {
  const config: AggregatorConfig = {
    ...aggregatorSettings.parse({}),
    DATA_DIR: options.directory,
    CHECKPOINT_INTERVAL_MS: 20,
    ...options.config,
  };
  const fatal = new NotedErrors();
  const testing = await Test.createTestingModule({
    imports: [ConfigModule.register(config), ServiceKitModule, AggregatorModule],
  })
    .overrideProvider(EVENT_LOG)
    .useValue(createEventLog({ kind: 'memory', broker: options.broker }))
    .overrideProvider(Clock)
    .useValue(options.clock)
    .overrideProvider(FatalErrors)
    .useValue(options.fatal ?? fatal)
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    logger: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  await options.configure?.(app);
  await app.listen(0, '127.0.0.1');
  await app.startAllMicroservices();
  const base = await app.getUrl();
  return {
    app,
    fatal,
    async get(path) {
      const response = await fetch(base + path);
      const type = response.headers.get('content-type') ?? '';
      const text = await response.text();
      return { status: response.status, type, body: type.includes('json') ? (JSON.parse(text) as unknown) : text };
    },
  };
}
