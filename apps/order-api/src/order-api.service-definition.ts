import { addTextParser, type ServiceDefinition } from '@orderpulse/service-kit';
import { orderApiSettings } from './config';
import { OrderApiModule } from './order-api.module';

/** Largest file of a replay. */
const REPLAY_LIMIT_BYTES = 1024 * 1024;

/** The order API as a service. */
export const orderApiService: ServiceDefinition<typeof orderApiSettings> = {
  name: 'order-api',
  title: 'OrderPulse order API',
  description: 'Orders over REST, the simulated shop, and the feed of order events.',
  schema: orderApiSettings,
  module: () => OrderApiModule.register(),
  configure: (app) => {
    addTextParser(app.getHttpAdapter().getInstance(), 'text/csv', REPLAY_LIMIT_BYTES);
  },
};
