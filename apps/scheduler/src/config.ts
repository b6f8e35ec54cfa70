import { DEFAULT_PORTS } from '@orderpulse/contracts';
import {
  brokersSetting,
  databaseSettings,
  eventLogSettings,
  olapStoreSettings,
  pipelineSettings,
  serverSettings,
  serviceUrlSetting,
} from '@orderpulse/service-kit';
import { validateCronExpression } from 'cron';
import { z } from 'zod';

const cronSetting = (fallback: string, what: string) =>
  z
    .string()
    .refine((text) => validateCronExpression(text).valid, 'must be a cron expression such as "*/5 * * * *"')
    .default(fallback)
    .describe(`${what}; cron expression in UTC`);

/** Every setting of the scheduler. */
export const schedulerSettings = z.object({
  ...serverSettings(DEFAULT_PORTS.scheduler),
  ...databaseSettings,
  ...eventLogSettings,
  ...olapStoreSettings,
  ...pipelineSettings,
  GATEWAY_URL: serviceUrlSetting(DEFAULT_PORTS.queryGateway, 'Query gateway'),
  TOPIC_REPLICATION_FACTOR: z.coerce
    .number()
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('Copies of each partition; at most the number of brokers'),
  PINOT_KAFKA_BROKERS: brokersSetting
    .optional()
    .describe(
      'Kafka as Pinot reaches it, host:port separated by commas; default KAFKA_BROKERS. Used when OLAP_STORE=pinot',
    ),
  SQL_RETENTION_HOURS: z.coerce
    .number()
    .int()
    .min(2)
    .max(24 * 365)
    .default(6)
    .describe('How long rows of the SQL tables stay, by event time, in hours'),
  RETENTION_CRON: cronSetting('*/5 * * * *', 'When old rows and records are removed'),
  RECONCILIATION_CRON: cronSetting('30 * * * * *', 'When the last closed minute of the stores is compared with SQL'),
  RECONCILIATION_PATIENCE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(25_000)
    .describe(
      'How long a difference may last before it is recorded, in ms: the sides read the topic at their own pace',
    ),
  BOOTSTRAP_RETRY_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(30_000)
    .describe('Pause before a failed bootstrap is run again, in ms'),
  HISTORY_DAYS: z.coerce.number().int().min(1).max(365).default(7).describe('How long finished runs are kept, in days'),
});

export type SchedulerConfig = z.infer<typeof schedulerSettings>;
