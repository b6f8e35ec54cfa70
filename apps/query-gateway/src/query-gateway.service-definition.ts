import type { ServiceDefinition } from '@orderpulse/service-kit';
import { Clock } from './clock';
import { type GatewayConfig, gatewaySettings } from './config';
import { type Engines, enginesOf } from './engines/engines';
import { GatewayModule } from './gateway.module';

/**
 * The gateway as a service.
 * @param engines what it runs against; tests give their own
 */
export function gatewayService(
  engines: (config: GatewayConfig) => Engines = enginesOf,
  clock = new Clock(),
): ServiceDefinition<typeof gatewaySettings> {
  return {
    name: 'query-gateway',
    title: 'OrderPulse query gateway',
    description: 'The shop’s figures: from exact window stores, from SQL, and live as server-sent events',
    schema: gatewaySettings,
    module: (config) => GatewayModule.register(engines(config), clock),
    configure: (app, config) => {
      app.enableCors({
        origin: config.CORS_ORIGINS,
        methods: ['GET', 'HEAD'],
        exposedHeaders: ['X-Request-Id', 'Retry-After'],
      });
    },
  };
}
