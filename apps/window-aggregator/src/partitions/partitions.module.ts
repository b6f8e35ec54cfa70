import { Module } from '@nestjs/common';
import { OrderFactsReader } from '@orderpulse/contracts';
import { EventLogModule } from '@orderpulse/event-log';
import { Clock, CONFIG, eventLogOf, HealthRegistry } from '@orderpulse/service-kit';
import { StoreDirectory } from '@orderpulse/state-store';
import { join } from 'node:path';
import type { AggregatorConfig } from '../config';
import { Alarms } from './alarms';
import { AnswerMeta } from './answer-meta';
import { FatalErrors } from './fatal-errors';
import { LogMonitor } from './log-monitor';
import { SnapshotFollower } from '../snapshots/snapshot-follower';
import { SnapshotLog } from '../snapshots/snapshot-log';
import { PartitionOpener } from './partition-opener';
import { PartitionViews } from './partition-views';
import { PartitionsService } from './partitions.service';
import { PauseDetector } from './pause-detector';
import { windowsOptions } from './windows';

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
    PartitionViews,
    PauseDetector,
    SnapshotFollower,
    SnapshotLog,
    {
      provide: OrderFactsReader,
      inject: [CONFIG],
      useFactory: (config: AggregatorConfig) => new OrderFactsReader({ groupKeys: config.WINDOW_STORES.isGrouped }),
    },
    {
      provide: StoreDirectory,
      inject: [CONFIG, Clock],
      useFactory: (config: AggregatorConfig, clock: Clock) =>
        new StoreDirectory({
          directory: join(config.DATA_DIR, 'window-stores'),
          windows: windowsOptions(config),
          now: () => clock.now(),
        }),
    },
  ],
  exports: [eventLog, Alarms, AnswerMeta, FatalErrors, LogMonitor, PartitionsService, PartitionViews],
})
export class PartitionsModule {
  constructor(health: HealthRegistry, partitions: PartitionsService) {
    health.register('window-stores', () => {
      const problems = partitions.problems();
      if (problems.length > 0) throw new Error(problems.join('; '));
    });
  }
}
