import { Module } from '@nestjs/common';
import { EVENT_LOG, type EventLog, type EventLogConsumer, EventLogServer } from '@orderpulse/event-log';
import { CONFIG, HealthRegistry } from '@orderpulse/service-kit';
import { hostname } from 'node:os';
import type { AggregatorConfig } from '../config';
import { FatalErrors } from '../partitions/fatal-errors';
import { PartitionsModule } from '../partitions/partitions.module';
import { PartitionsService } from '../partitions/partitions.service';
import { OrdersController } from './orders.controller';

/** The least that Kafka allows: with the group's rebalance a failover takes less than 10 s. */
const SESSION_TIMEOUT_MS = 6_000;

/** As much as a fetch brings of a partition. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

@Module({
  imports: [PartitionsModule],
  controllers: [OrdersController],
  providers: [
    {
      provide: EventLogServer,
      inject: [EVENT_LOG, CONFIG, PartitionsService],
      useFactory: (eventLog: EventLog, config: AggregatorConfig, owner: PartitionsService) =>
        new EventLogServer({
          eventLog,
          groupId: config.GROUP_ID,
          owner,
          sessionTimeoutMs: SESSION_TIMEOUT_MS,
          transientRecords: true,
          maxBatchBytes: MAX_BATCH_BYTES,
          // What one process at a time has, and its successor again; a port that the system chooses is no name.
          ...(config.PORT === 0 ? {} : { instanceId: `${hostname()}-${config.PORT}` }),
        }),
    },
  ],
  exports: [EventLogServer],
})
export class ConsumeModule {
  constructor(server: EventLogServer, partitions: PartitionsService, fatal: FatalErrors, health: HealthRegistry) {
    partitions.joinedAs({
      // Rejects, and does not throw, while the consumer has not started.
      commit: async (topic, partition, nextOffset) =>
        server.unwrap<EventLogConsumer>().commit(topic, partition, nextOffset),
      isMember: () => server.consumerStatus().ok,
    });
    fatal.leaveBy(() => server.close());
    server.failed.catch((error: unknown) => fatal.raise(error));
    health.register('event-log', () => {
      const status = server.consumerStatus();
      if (!status.ok) throw new Error(status.reason);
    });
  }
}
