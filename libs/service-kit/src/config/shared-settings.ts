import { DEFAULT_PORTS } from '@orderpulse/contracts';
import { z } from 'zod';

/** The largest TCP port. */
export const HIGHEST_PORT = 65_535;

/** A TCP port from text. */
export const portSetting = (fallback: number) => z.coerce.number().int().min(0).max(HIGHEST_PORT).default(fallback);

/** A boolean from text: true/false, 1/0, on/off, yes/no. */
export const flagSetting = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off', 'yes', 'no'])
    .transform((text) => ['true', '1', 'on', 'yes'].includes(text))
    .default(fallback);

const url = (fallback: string) =>
  z.url({ protocol: /^https?$/, error: `must be a URL such as ${fallback}` }).default(fallback);

/** Settings of every HTTP service. */
export const serverSettings = (defaultPort: number) => ({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: portSetting(defaultPort).describe('TCP port to listen on; 0 takes a free one'),
  LOG_LEVEL: z.enum(['error', 'warn', 'log', 'debug']).default('log').describe('Least severity that is logged'),
});

export const databaseSettings = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be like postgres://user:password@127.0.0.1:5432/database' })
    .default('postgres://orderpulse:orderpulse@127.0.0.1:5433/orderpulse')
    .describe('PostgreSQL connection')
    .meta({ secret: true }),
};

/** Kafka's bootstrap brokers: host:port, separated by commas. */
export const brokersSetting = z
  .string()
  .regex(/^[^,:\s]+:\d+(,[^,:\s]+:\d+)*$/, 'must be host:port, separated by commas')
  .refine(
    (brokers) =>
      [...brokers.matchAll(/:(\d+)/g)].every(([, port]) => Number(port) >= 1 && Number(port) <= HIGHEST_PORT),
    `must have ports from 1 to ${HIGHEST_PORT}`,
  );

/** Which engine is the event log, and where. */
export const eventLogSettings = {
  EVENT_LOG: z.enum(['postgres', 'kafka']).default('postgres').describe('Engine of the event log'),
  KAFKA_BROKERS: brokersSetting
    .default('127.0.0.1:9092')
    .describe('Kafka bootstrap brokers, host:port separated by commas; used when EVENT_LOG=kafka'),
};

type EventLogConfig = z.infer<z.ZodObject<typeof databaseSettings & typeof eventLogSettings>>;

/**
 * What an event log is made of, from a service's settings.
 * @param clientId names the service in Kafka's own logs
 */
export function eventLogOf(config: EventLogConfig, clientId: string) {
  return config.EVENT_LOG === 'kafka'
    ? { kind: 'kafka' as const, brokers: config.KAFKA_BROKERS.split(','), clientId }
    : { kind: 'postgres' as const, databaseUrl: config.DATABASE_URL };
}

/** Which engine answers SQL, and where. */
export const olapStoreSettings = {
  OLAP_STORE: z.enum(['postgres', 'pinot']).default('postgres').describe('Engine of the SQL side'),
  PINOT_CONTROLLER_URL: url('http://127.0.0.1:9000').describe('Pinot controller; used when OLAP_STORE=pinot'),
  PINOT_BROKER_URL: url('http://127.0.0.1:8099').describe('Pinot broker; used when OLAP_STORE=pinot'),
};

type OlapStoreConfig = z.infer<z.ZodObject<typeof databaseSettings & typeof olapStoreSettings>>;

/**
 * What a SQL side is made of, from a service's settings.
 * @param kafkaBrokers Kafka as Pinot reaches it, host:port separated by commas
 */
export function olapStoreOf(config: OlapStoreConfig, kafkaBrokers: string) {
  return config.OLAP_STORE === 'pinot'
    ? {
        kind: 'pinot' as const,
        controllerUrl: config.PINOT_CONTROLLER_URL,
        brokerUrl: config.PINOT_BROKER_URL,
        kafkaBrokers,
      }
    : { kind: 'postgres' as const, databaseUrl: config.DATABASE_URL };
}

/** Address of another service. */
export const serviceUrlSetting = (defaultPort: number, what: string) =>
  url(`http://127.0.0.1:${defaultPort}`).describe(what);

/** Addresses of equal instances of another service, separated by commas. */
const serviceUrlsSetting = (defaultPort: number, what: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(
      z.array(
        z.url({ protocol: /^https?$/, error: 'must be URLs such as http://127.0.0.1:8002, separated by commas' }),
      ),
    )
    .prefault(`http://127.0.0.1:${defaultPort}`)
    .describe(what);

/** Where the services are through which an order goes. */
export const pipelineSettings = {
  ORDER_API_URL: serviceUrlSetting(DEFAULT_PORTS.orderApi, 'Order API'),
  ORDER_PRODUCER_URL: serviceUrlSetting(DEFAULT_PORTS.orderProducer, 'Order producer'),
  WINDOW_AGGREGATOR_URL: serviceUrlsSetting(
    DEFAULT_PORTS.windowAggregator,
    'Window aggregator; several instances separated by commas, of which any answers for all',
  ),
};
