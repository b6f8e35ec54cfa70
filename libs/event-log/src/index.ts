export * from './port';
export * from './errors';
export { patiently } from './core/patiently';
export { copyRecord } from './core/records';
export { partitionForKey } from './partition';
export { createEventLog, type EventLogSettings } from './create-event-log';
export { MemoryBroker } from './memory/memory-broker';
export * from './nest';
