import type { ServiceDefinition } from '@orderpulse/service-kit';
import { schedulerSettings } from './config';
import { SchedulerModule } from './scheduler.module';

/** The scheduler as a service. */
export const schedulerService: ServiceDefinition<typeof schedulerSettings> = {
  name: 'scheduler',
  title: 'OrderPulse scheduler',
  description:
    'Brings topics and tables up and keeps them right: jobs as graphs of steps, with the history of their runs',
  schema: schedulerSettings,
  module: () => ({ module: SchedulerModule }),
};
