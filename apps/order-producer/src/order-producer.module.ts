import { type DynamicModule, Module } from '@nestjs/common';
import { EventLogModule } from '@orderpulse/event-log';
import { CONFIG, eventLogOf } from '@orderpulse/service-kit';
import type { OrderProducerConfig } from './config';
import { HttpOrderFeed } from './feed/http-order-feed';
import { OrderFeed } from './feed/order-feed';
import { PublisherService } from './publishing/publisher.service';
import { StatusController } from './status/status.controller';

const eventLog = EventLogModule.forRootAsync({
  inject: [CONFIG],
  useFactory: (config: OrderProducerConfig) => eventLogOf(config, 'order-producer'),
});

@Module({})
export class OrderProducerModule {
  static register(): DynamicModule {
    return {
      module: OrderProducerModule,
      imports: [eventLog],
      controllers: [StatusController],
      providers: [PublisherService, { provide: OrderFeed, useClass: HttpOrderFeed }],
    };
  }
}
