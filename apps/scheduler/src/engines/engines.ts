import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { createOlapAdmin, type OlapAdmin } from '@orderpulse/olap-store';
import { eventLogOf } from '@orderpulse/service-kit';
import type { SchedulerConfig } from '../config';

const HOUR_MS = 3_600_000;

/** What the scheduler runs against. */
export interface Engines {
  eventLog: EventLog;
  olapAdmin: OlapAdmin;
}

/** Makes the adapters that the settings name: the only place that knows which engines there are. */
export function enginesOf(config: SchedulerConfig): Engines {
  return { eventLog: createEventLog(eventLogOf(config, 'scheduler')), olapAdmin: olapAdminOf(config) };
}

function olapAdminOf(config: SchedulerConfig): OlapAdmin {
  const retentionMs = config.SQL_RETENTION_HOURS * HOUR_MS;
  if (config.OLAP_STORE === 'postgres') return createOlapAdmin({ kind: 'postgres', databaseUrl: config.DATABASE_URL, retentionMs });
  return createOlapAdmin({
    kind: 'pinot',
    retentionMs,
    controllerUrl: config.PINOT_CONTROLLER_URL,
    brokerUrl: config.PINOT_BROKER_URL,
    kafkaBrokers: config.PINOT_KAFKA_BROKERS ?? config.KAFKA_BROKERS,
  });
}
