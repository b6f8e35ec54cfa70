import { type DynamicModule, Module } from '@nestjs/common';
import { EventLogModule, type EventLogSettings } from '@orderpulse/event-log';
import { CONFIG } from '@orderpulse/service-kit';
import type { OrderProducerConfig } from './config';
import { HttpOrderFeed } from './feed/http-order-feed';
import { OrderFeed } from './feed/order-feed';
import { PublisherService } from './publishing/publisher.service';
import { StatusController } from './status/status.controller';

/** Which event log the settings name. */
function eventLogOf(config: OrderProducerConfig): EventLogSettings {
  if (config.EVENT_LOG === 'postgres') return { kind: 'postgres', databaseUrl: config.DATABASE_URL };
  return { kind: 'kafka', brokers: config.KAFKA_BROKERS.split(','), clientId: 'order-producer' };
}

@Module({})
export class OrderProducerModule {
  static register(): DynamicModule {
    return {
      module: OrderProducerModule,
      imports: [EventLogModule.forRootAsync({ inject: [CONFIG], useFactory: eventLogOf })],
      controllers: [StatusController],
      providers: [PublisherService, { provide: OrderFeed, useClass: HttpOrderFeed }],
    };
  }
}
