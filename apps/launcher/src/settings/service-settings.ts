import { dashboardSettings } from '../../../dashboard/src/config';
import { orderApiSettings } from '../../../order-api/src/config';
import { orderProducerSettings } from '../../../order-producer/src/config';
import { gatewaySettings } from '../../../query-gateway/src/config';
import { schedulerSettings } from '../../../scheduler/src/config';
import { aggregatorSettings } from '../../../window-aggregator/src/config';

/** The settings of each program that a start runs, by the name of its folder. */
export const serviceSettings = {
  'order-api': orderApiSettings,
  'order-producer': orderProducerSettings,
  'window-aggregator': aggregatorSettings,
  'query-gateway': gatewaySettings,
  scheduler: schedulerSettings,
  dashboard: dashboardSettings,
} as const;

export type ServiceProgram = keyof typeof serviceSettings;
