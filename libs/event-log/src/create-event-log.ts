import { KafkaEventLog, type KafkaSettings } from './kafka/kafka-event-log';
import type { MemoryBroker } from './memory/memory-broker';
import { MemoryEventLog } from './memory/memory-event-log';
import type { EventLog } from './port';
import { PostgresEventLog, type PostgresSettings } from './postgres/postgres-event-log';

/** Which log, and where it is. */
export type EventLogSettings =
  | ({ kind: 'postgres' } & PostgresSettings)
  | ({ kind: 'kafka' } & KafkaSettings)
  | { kind: 'memory'; broker?: MemoryBroker };

/** Makes the log that the settings name: the one place that knows which engines there are. Connects when first used. */
export function createEventLog(settings: EventLogSettings): EventLog {
  switch (settings.kind) {
    case 'postgres':
      return new PostgresEventLog(settings);
    case 'kafka':
      return new KafkaEventLog(settings);
    case 'memory':
      return new MemoryEventLog(settings.broker);
  }
}
