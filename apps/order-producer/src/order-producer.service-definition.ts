import type { ServiceDefinition } from '@orderpulse/service-kit';
import { orderProducerSettings } from './config';
import { OrderProducerModule } from './order-producer.module';

/** The order producer as a service. */
export const orderProducerService: ServiceDefinition<typeof orderProducerSettings> = {
  name: 'order-producer',
  title: 'OrderPulse order producer',
  description: 'Publishes the feed of order events to the topic, each exactly once and in order per order.',
  schema: orderProducerSettings,
  module: () => OrderProducerModule.register(),
};
