import {
  ConsoleLogger,
  type DynamicModule,
  Logger,
  type LogLevel,
  Module,
  type NestApplicationOptions,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { z } from 'zod';
import { ConfigModule } from '../config/config.module';
import { ConfigError, loadConfig } from '../config/load-config';
import type { serverSettings } from '../config/shared-settings';
import { ProblemFilter } from '../errors/problem.filter';
import { createHttpAdapter } from '../http/http-adapter';
import { KnownParametersGuard } from '../http/known-parameters.guard';
import { createValidationPipe } from '../http/validation.pipe';
import { ServiceKitModule } from './service-kit.module';

/** Hanging on beyond this after a signal, the process exits by itself: the product promises 10 s. */
const STOP_LIMIT_MS = 9_000;
const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];
const REDACTED = ['authorization', 'payment_info', 'email', 'phone', 'password', 'DATABASE_URL'];

type ServerConfig = z.infer<z.ZodObject<ReturnType<typeof serverSettings>>>;
type ServiceSchema = z.ZodObject<ReturnType<typeof serverSettings>>;

export interface ServiceDefinition<S extends ServiceSchema> {
  name: string;
  /** For the OpenAPI page. */
  title: string;
  description: string;
  schema: S;
  /** The service's root module for the given settings. */
  module: (config: z.infer<S>) => DynamicModule;
  /** Before listening: raw body parsers, a microservice's transport, CORS. */
  configure?: (app: NestFastifyApplication, config: z.infer<S>) => void | Promise<void>;
}

/** The root of a service: its settings, health, metrics and its own module. */
@Module({})
class RootModule {
  static register(config: object, service: DynamicModule): DynamicModule {
    return { module: RootModule, imports: [ConfigModule.register(config), ServiceKitModule, service] };
  }
}

/** Makes the Nest application of a root module. Tests give one that puts fakes in the place of providers. */
export type MakeApplication = (
  root: DynamicModule,
  adapter: FastifyAdapter,
  options: NestApplicationOptions,
) => Promise<NestFastifyApplication>;

const makeApplication: MakeApplication = (root, adapter, options) =>
  NestFactory.create<NestFastifyApplication>(root, adapter, options);

/** Makes the Nest application of a service, ready to listen. */
export async function createService<S extends ServiceSchema>(
  definition: ServiceDefinition<S>,
  config: z.infer<S> & ServerConfig,
  make: MakeApplication = makeApplication,
): Promise<NestFastifyApplication> {
  const levels = LEVELS.slice(0, LEVELS.indexOf(config.LOG_LEVEL) + 1);
  const logger = new ConsoleLogger({ json: true, logLevels: levels, redact: REDACTED });
  const app = await make(RootModule.register(config, definition.module(config)), createHttpAdapter(), {
    logger,
    bufferLogs: false,
    bodyParser: false,
    // Streams and idle keep-alive connections must not delay a stop.
    forceCloseConnections: true,
    abortOnError: false,
  });
  app.useGlobalGuards(new KnownParametersGuard());
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  await definition.configure?.(app, config);
  const document = new DocumentBuilder().setTitle(definition.title).setDescription(definition.description).setVersion('1').build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), { jsonDocumentUrl: 'docs-json' });
  return app;
}

/**
 * Runs a service until SIGTERM or SIGINT: reads its settings, listens, stops within 10 s. Exit codes: 0 stopped by a
 * signal, 1 failed, 2 bad settings.
 */
export async function runService<S extends ServiceSchema>(definition: ServiceDefinition<S>): Promise<void> {
  process.title = `orderpulse ${definition.name}`;
  const logger = new Logger(definition.name);
  const fail = (error: unknown): never => {
    logger.fatal(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  };
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  try {
    const config = loadConfig(definition.schema);
    const app = await createService(definition, config);
    stopOnSignals(app, logger);
    await app.listen(config.PORT, config.HOST);
    await app.startAllMicroservices();
    logger.log(`listening on ${await app.getUrl()}`);
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${definition.name}: ${error.message}\n`);
      process.exit(2);
    }
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      process.stderr.write(`${definition.name}: ${error.message}. Stop what listens there or set PORT to a free one.\n`);
      process.exit(1);
    }
    fail(error);
  }
}

function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.log(`stopping (${signal})`);
    setTimeout(() => {
      logger.error(`not stopped within ${STOP_LIMIT_MS} ms, leaving`);
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
