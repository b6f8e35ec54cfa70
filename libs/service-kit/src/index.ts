export { delayUnlessAborted } from './async/delay';
export { runService, createService, type MakeApplication, type ServiceDefinition } from './bootstrap/run-service';
export { ServiceKitModule } from './bootstrap/service-kit.module';
export { CONFIG, ConfigModule } from './config/config.module';
export { ConfigError, configFaults, loadConfig } from './config/load-config';
export {
  brokersSetting,
  databaseSettings,
  eventLogOf,
  eventLogSettings,
  flagSetting,
  HIGHEST_PORT,
  olapStoreOf,
  olapStoreSettings,
  pipelineSettings,
  portSetting,
  serverSettings,
  serviceUrlSetting,
} from './config/shared-settings';
export { isUniqueViolation, mapDatabaseError } from './database/database-errors';
export {
  AppError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  UnavailableError,
  type AppErrorOptions,
  type FieldError,
} from './errors/app-error';
export { messageOf } from './errors/message-of';
export { ProblemFilter } from './errors/problem.filter';
export { HealthRegistry, type HealthCheck } from './health/health.registry';
export { readinessReasons } from './health/readiness-reasons';
export { HttpClient, UpstreamError, type HttpClientOptions } from './http/http-client';
export { addTextParser } from './http/body-parsers';
export { createHttpAdapter } from './http/http-adapter';
export { openStream } from './http/open-stream';
export { createValidationPipe } from './http/validation.pipe';
export { MetricsRegistry } from './metrics/metrics.registry';
export { Clock } from './time/clock';
