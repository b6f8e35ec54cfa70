import type { ServiceDefinition } from '@orderpulse/service-kit';
import { gatewaySettings } from './config';
import { QueryGatewayModule } from './query-gateway.module';

/** The gateway as a service. */
export const gatewayService: ServiceDefinition<typeof gatewaySettings> = {
  name: 'query-gateway',
  title: 'OrderPulse query gateway',
  description: 'The shop’s figures: from exact window stores, from SQL, and live as server-sent events',
  schema: gatewaySettings,
  module: () => ({ module: QueryGatewayModule }),
  configure: (app, config) => {
    app.enableCors({
      origin: config.CORS_ORIGINS,
      methods: ['GET', 'HEAD'],
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
      // Who asks with OPTIONS is told, whether a browser asks or not.
      strictPreflight: false,
    });
  },
};
