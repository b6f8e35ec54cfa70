import { EventLogModule } from '@orderpulse/event-log';
import { OlapStoreModule } from '@orderpulse/olap-store';
import { CONFIG, eventLogOf, olapStoreOf } from '@orderpulse/service-kit';
import type { SchedulerConfig } from '../config';

const HOUR_MS = 3_600_000;

/** The engines that the settings name. Global for the same reason as configuration is. */
export const ENGINES = [
  EventLogModule.forRootAsync({
    global: true,
    inject: [CONFIG],
    useFactory: (config: SchedulerConfig) => eventLogOf(config, 'scheduler'),
  }),
  OlapStoreModule.forRootAsync({
    global: true,
    inject: [CONFIG],
    useFactory: (config: SchedulerConfig) => ({
      ...olapStoreOf(config, config.PINOT_KAFKA_BROKERS ?? config.KAFKA_BROKERS),
      retentionMs: config.SQL_RETENTION_HOURS * HOUR_MS,
    }),
  }),
];
