import type { ServiceDefinition } from '@orderpulse/service-kit';
import { Clock } from './clock';
import { type SchedulerConfig, schedulerSettings } from './config';
import { type Engines, enginesOf } from './engines/engines';
import { SchedulerModule } from './scheduler.module';

/**
 * The scheduler as a service.
 * @param engines what it runs against; tests give their own
 */
export function schedulerService(
  engines: (config: SchedulerConfig) => Engines = enginesOf,
  clock = new Clock(),
): ServiceDefinition<typeof schedulerSettings> {
  return {
    name: 'scheduler',
    title: 'OrderPulse scheduler',
    description:
      'Brings topics and tables up and keeps them right: jobs as graphs of steps, with the history of their runs',
    schema: schedulerSettings,
    module: (config) => SchedulerModule.register(engines(config), clock),
  };
}
