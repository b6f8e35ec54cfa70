import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { createOlapStore, type OlapStore, PostgresOlapIngester } from '@orderpulse/olap-store';
import { eventLogOf } from '@orderpulse/service-kit';
import type { GatewayConfig } from '../config';
import type { OlapIngester } from '../ingestion/ingester';

/** What the gateway runs against. */
export interface Engines {
  eventLog: EventLog;
  olapStore: OlapStore;
  /** Fills the tables of an engine that does not read the topic by itself; null otherwise. */
  ingester: OlapIngester | null;
}

/** Makes the adapters that the settings name: the only place that knows which engines there are. */
export function enginesOf(config: GatewayConfig): Engines {
  return { eventLog: createEventLog(eventLogOf(config, 'query-gateway')), ...olapOf(config) };
}

function olapOf(config: GatewayConfig): Pick<Engines, 'olapStore' | 'ingester'> {
  // The engine gives up when the caller has: a statement nobody waits for must not go on working.
  const limits = { connectTimeoutMs: config.SQL_TIMEOUT_MS, requestTimeoutMs: config.SQL_TIMEOUT_MS };
  const { DATABASE_URL: databaseUrl, PINOT_BROKER_URL: brokerUrl, PINOT_CONTROLLER_URL: controllerUrl } = config;
  if (config.OLAP_STORE === 'postgres')
    return {
      olapStore: createOlapStore({ kind: 'postgres', databaseUrl, ...limits }),
      ingester: new PostgresOlapIngester({ databaseUrl }),
    };
  const kafkaBrokers = config.KAFKA_BROKERS;
  return {
    olapStore: createOlapStore({ kind: 'pinot', brokerUrl, controllerUrl, kafkaBrokers, ...limits }),
    ingester: null,
  };
}
