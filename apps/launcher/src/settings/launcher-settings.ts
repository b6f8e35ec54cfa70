import { DEFAULT_PORTS } from '@orderpulse/contracts';
import { brokersSetting, HIGHEST_PORT, portSetting } from '@orderpulse/service-kit';
import { z } from 'zod';

const port = (fallback: number, what: string) => portSetting(fallback).describe(`Port of ${what}`);
const url = z.url({ protocol: /^https?$/, hostname: /./, error: 'must be like http://127.0.0.1:9000' }).optional();

/** Distance between the ports of neighbouring instances of one service. */
export const INSTANCE_PORT_STEP = 10;
/** Between the ports of the first window aggregator and of the last. */
const portSpan = (instances: number): number => (instances - 1) * INSTANCE_PORT_STEP;

/** Settings of `npm start` and `npm run start:engines`. Settings of the services may be set beside them. */
export const launcherSettings = z
  .object({
    DATA_DIR: z
      .string()
      .default('.data')
      .describe('Folder of everything that is kept; each profile has its own below it'),
    PAGE_PORT: port(DEFAULT_PORTS.dashboard, 'the page'),
    GATEWAY_PORT: port(DEFAULT_PORTS.queryGateway, 'the query gateway'),
    ORDER_API_PORT: port(DEFAULT_PORTS.orderApi, 'the order API'),
    WINDOW_AGGREGATOR_PORT: port(
      DEFAULT_PORTS.windowAggregator,
      `the window aggregator; each further instance listens ${INSTANCE_PORT_STEP} higher than the one before`,
    ),
    WINDOW_AGGREGATORS: z.coerce
      .number()
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe('Instances of the window aggregator, which share the partitions and of which each answers for all'),
    SCHEDULER_PORT: port(DEFAULT_PORTS.scheduler, 'the scheduler'),
    ORDER_PRODUCER_PORT: port(DEFAULT_PORTS.orderProducer, 'the order producer'),
    POSTGRES_PORT: port(DEFAULT_PORTS.postgres, 'PostgreSQL'),
    KAFKA_PORT: port(DEFAULT_PORTS.kafka, 'Kafka (engines profile)'),
    PINOT_CONTROLLER_PORT: port(DEFAULT_PORTS.pinotController, 'the Pinot controller (engines profile)'),
    PINOT_BROKER_PORT: port(DEFAULT_PORTS.pinotBroker, 'the Pinot broker (engines profile)'),
    ZOOKEEPER_PORT: port(DEFAULT_PORTS.zookeeper, 'ZooKeeper (engines profile)'),
    DATABASE_URL: z
      .url({
        protocol: /^postgres(ql)?$/,
        hostname: /./,
        error: 'must be like postgres://user:password@127.0.0.1:5432/database',
      })
      .optional()
      .describe('A PostgreSQL of your own; when set, none is started'),
    KAFKA_BROKERS: brokersSetting.optional().describe('A Kafka of your own, host:port list; when set, none is started'),
    PINOT_HOME: z.string().optional().describe('An unpacked Pinot release to start in place of 0.11.0'),
    PINOT_CONTROLLER_URL: url.describe('A running Pinot: its controller; when set with the broker, none is started'),
    PINOT_BROKER_URL: url.describe('A running Pinot: its broker'),
    ENGINES_DIR: z.string().optional().describe('Where fetched engines are kept; default the user’s cache folder'),
  })
  .refine((settings) => !settings.PINOT_BROKER_URL || settings.PINOT_CONTROLLER_URL, {
    path: ['PINOT_CONTROLLER_URL'],
    message: 'must be set beside PINOT_BROKER_URL',
  })
  .refine((settings) => !settings.PINOT_CONTROLLER_URL || settings.PINOT_BROKER_URL, {
    path: ['PINOT_BROKER_URL'],
    message: 'must be set beside PINOT_CONTROLLER_URL',
  })
  .superRefine(({ WINDOW_AGGREGATOR_PORT, WINDOW_AGGREGATORS }, context) => {
    const most = HIGHEST_PORT - portSpan(WINDOW_AGGREGATORS);
    if (WINDOW_AGGREGATOR_PORT <= most) return;
    const message = `must be at most ${most} for ${WINDOW_AGGREGATORS} instances, whose ports lie ${INSTANCE_PORT_STEP} apart`;
    context.addIssue({ code: 'custom', path: ['WINDOW_AGGREGATOR_PORT'], message });
  });

export type LauncherSettings = z.infer<typeof launcherSettings>;
export type Profile = 'embedded' | 'engines';
