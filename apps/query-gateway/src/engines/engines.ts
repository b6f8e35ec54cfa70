import { EventLogModule } from '@orderpulse/event-log';
import { OlapStoreModule } from '@orderpulse/olap-store';
import { CONFIG, eventLogOf, olapStoreOf } from '@orderpulse/service-kit';
import type { GatewayConfig } from '../config';

/** The engines that the settings name. Global for the same reason as configuration is. */
export const ENGINES = [
  EventLogModule.forRootAsync({
    global: true,
    inject: [CONFIG],
    useFactory: (config: GatewayConfig) => eventLogOf(config, 'query-gateway'),
  }),
  OlapStoreModule.forRootAsync({
    global: true,
    inject: [CONFIG],
    useFactory: (config: GatewayConfig) => ({
      ...olapStoreOf(config, config.KAFKA_BROKERS),
      // The engine gives up when the caller has: a statement nobody waits for must not go on working.
      connectTimeoutMs: config.SQL_TIMEOUT_MS,
      requestTimeoutMs: config.SQL_TIMEOUT_MS,
    }),
  }),
];
