import { Module } from '@nestjs/common';
import { EventLogModule, type EventLogSettings } from '@orderpulse/event-log';
import { CONFIG, HealthRegistry } from '@orderpulse/service-kit';
import { StoreDirectory } from '@orderpulse/state-store';
import { join } from 'node:path';
import { Clock, SystemClock } from '../clock';
import type { AggregatorConfig } from '../config';
import { Alarms } from './alarms';
import { AnswerMeta } from './answer-meta';
import { FatalErrors } from './fatal-errors';
import { LogMonitor } from './log-monitor';
import { PartitionOpener } from './partition-opener';
import { PartitionsService } from './partitions.service';
import { WINDOWS } from './windows';

/** Picks the event log's engine: the one place that knows it. */
const eventLog = EventLogModule.forRootAsync({
  inject: [CONFIG],
  useFactory: (config: AggregatorConfig): EventLogSettings =>
    config.EVENT_LOG === 'kafka'
      ? { kind: 'kafka', brokers: config.KAFKA_BROKERS.split(','), clientId: 'window-aggregator' }
      : { kind: 'postgres', databaseUrl: config.DATABASE_URL },
});

@Module({
  imports: [eventLog],
  providers: [
    Alarms,
    AnswerMeta,
    FatalErrors,
    LogMonitor,
    PartitionOpener,
    PartitionsService,
    { provide: Clock, useClass: SystemClock },
    {
      provide: StoreDirectory,
      inject: [CONFIG, Clock],
      useFactory: (config: AggregatorConfig, clock: Clock) =>
        new StoreDirectory({
          directory: join(config.DATA_DIR, 'window-stores'),
          windows: WINDOWS,
          now: () => clock.now(),
        }),
    },
  ],
  exports: [eventLog, Alarms, AnswerMeta, Clock, FatalErrors, LogMonitor, PartitionsService],
})
export class PartitionsModule {
  constructor(health: HealthRegistry, partitions: PartitionsService) {
    health.register('window-stores', () => {
      const problems = partitions.problems();
      if (problems.length > 0) throw new Error(problems.join('; '));
    });
  }
}
