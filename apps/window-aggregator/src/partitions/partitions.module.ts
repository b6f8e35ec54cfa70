import { Module } from '@nestjs/common';
import { EventLogModule } from '@orderpulse/event-log';
import { CONFIG, eventLogOf, HealthRegistry } from '@orderpulse/service-kit';
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

const eventLog = EventLogModule.forRootAsync({
  inject: [CONFIG],
  useFactory: (config: AggregatorConfig) => eventLogOf(config, 'window-aggregator'),
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
