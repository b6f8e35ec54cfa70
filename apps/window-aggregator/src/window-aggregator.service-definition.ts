import type { ServiceDefinition } from '@orderpulse/service-kit';
import { AggregatorModule } from './aggregator.module';
import { aggregatorSettings } from './config';
import { connectEventLog } from './consume/connect-event-log';

/** The window aggregator as a service. */
export const aggregatorService: ServiceDefinition<typeof aggregatorSettings> = {
  name: 'window-aggregator',
  title: 'OrderPulse window aggregator',
  description: 'Exact sliding figures of the last minutes, kept in window stores and answered from memory.',
  schema: aggregatorSettings,
  module: () => ({ module: AggregatorModule }),
  configure: (app) => connectEventLog(app),
};
