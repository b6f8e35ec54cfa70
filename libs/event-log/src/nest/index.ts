export { BatchErrorFilter, BatchPattern } from './batch-pattern';
export { EventLogContext } from './event-log.context';
export { EventLogModule, type EventLogModuleAsyncOptions } from './event-log.module';
export {
  EVENT_LOG_TRANSPORT,
  type EventLogBatch,
  EventLogServer,
  type EventLogServerOptions,
  type PartitionOwner,
} from './event-log.server';
