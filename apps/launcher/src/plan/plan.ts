import { join, resolve } from 'node:path';
import { INSTANCE_PORT_STEP, type LauncherSettings, type Profile } from '../settings/launcher-settings';
import type { ServiceProgram } from '../settings/service-settings';

/** One service as a process. */
export interface ServicePlan {
  /** That of its program; the second and every further instance have their number behind it. */
  name: string;
  program: ServiceProgram;
  /** Script to run, absolute. */
  entry: string;
  cwd: string;
  port: number;
  /** Answers 200 when the service is ready. */
  readyUrl: string;
  env: Readonly<Record<string, string>>;
  /** For Node's heap, in MB. */
  heapMb: number;
  /** For each half of its young objects, in MB. Node's default is 16, which takes three times that; most services make few. */
  youngMb: number;
}

/** A port that this start will listen on. */
export interface PortPlan {
  port: number;
  owner: string;
  setting: keyof LauncherSettings;
  /** An engine left behind by a killed start is stopped by the next one, so its port may be in use by ourselves. */
  kind: 'service' | 'engine';
}

export interface EnginePlan {
  postgres: { dataDir: string; port: number } | null;
  kafka: { dataDir: string; port: number } | null;
  pinot: { dataDir: string; controllerPort: number; brokerPort: number; zookeeperPort: number; pinotHome?: string } | null;
}

/** Everything one start will run, worked out before anything is started. */
export interface StackPlan {
  profile: Profile;
  /** What the user types to start it. */
  command: string;
  dataDir: string;
  engines: EnginePlan;
  services: ServicePlan[];
  ports: PortPlan[];
  /** Of several window aggregators, the first. */
  urls: Readonly<Record<'page' | 'gateway' | 'orderApi' | 'aggregator' | 'scheduler' | 'producer', string>>;
}

const COMMANDS: Readonly<Record<Profile, string>> = { embedded: 'npm start', engines: 'npm run start:engines' };
const LOOPBACK = '127.0.0.1';
const YOUNG_MB = 2;
/** The aggregator makes some objects of every record: with less room for them, catching up takes a tenth longer. */
const BUSY_YOUNG_MB = 16;
const http = (port: number): string => `http://${LOOPBACK}:${port}`;

function planEngines(profile: Profile, settings: LauncherSettings, dataDir: string): EnginePlan {
  const engines = profile === 'engines';
  const ownPinot = settings.PINOT_CONTROLLER_URL !== undefined && settings.PINOT_BROKER_URL !== undefined;
  return {
    postgres: settings.DATABASE_URL ? null : { dataDir: join(dataDir, 'postgres'), port: settings.POSTGRES_PORT },
    kafka: engines && !settings.KAFKA_BROKERS ? { dataDir: join(dataDir, 'kafka'), port: settings.KAFKA_PORT } : null,
    pinot:
      engines && !ownPinot
        ? {
            dataDir: join(dataDir, 'pinot'),
            controllerPort: settings.PINOT_CONTROLLER_PORT,
            brokerPort: settings.PINOT_BROKER_PORT,
            zookeeperPort: settings.ZOOKEEPER_PORT,
            ...(settings.PINOT_HOME ? { pinotHome: settings.PINOT_HOME } : {}),
          }
        : null,
  };
}

/** One of several equal window aggregators. */
interface AggregatorPlan {
  name: string;
  port: number;
  /** Instances must not share one. */
  dataDir: string;
}

/** The first keeps the name and the folder that a single one has, so that their number can be changed between starts. */
function planAggregators(settings: LauncherSettings, dataDir: string): AggregatorPlan[] {
  return Array.from({ length: settings.WINDOW_AGGREGATORS }, (_, index) => {
    const name = index === 0 ? 'window-aggregator' : `window-aggregator-${index + 1}`;
    const port = settings.WINDOW_AGGREGATOR_PORT + index * INSTANCE_PORT_STEP;
    return { name, port, dataDir: index === 0 ? dataDir : join(dataDir, name) };
  });
}

function planPorts(settings: LauncherSettings, engines: EnginePlan, aggregators: readonly AggregatorPlan[]): PortPlan[] {
  const of = (setting: keyof LauncherSettings, owner: string, kind: PortPlan['kind'] = 'service'): PortPlan => ({
    port: Number(settings[setting]),
    owner,
    setting,
    kind,
  });
  return [
    of('PAGE_PORT', 'the page'),
    of('GATEWAY_PORT', 'query-gateway'),
    of('ORDER_API_PORT', 'order-api'),
    ...aggregators.map(({ name, port }) => ({ ...of('WINDOW_AGGREGATOR_PORT', name), port })),
    of('SCHEDULER_PORT', 'scheduler'),
    of('ORDER_PRODUCER_PORT', 'order-producer'),
    ...(engines.postgres ? [of('POSTGRES_PORT', 'PostgreSQL', 'engine')] : []),
    ...(engines.kafka ? [of('KAFKA_PORT', 'Kafka', 'engine')] : []),
    ...(engines.pinot
      ? [
          of('PINOT_CONTROLLER_PORT', 'Pinot controller', 'engine'),
          of('PINOT_BROKER_PORT', 'Pinot broker', 'engine'),
          of('ZOOKEEPER_PORT', 'ZooKeeper', 'engine'),
        ]
      : []),
  ];
}

/** What the services of a profile are told about the engines: the only place where a profile picks them. */
function engineEnvironment(profile: Profile, settings: LauncherSettings): Record<string, string> {
  const database = settings.DATABASE_URL ?? `postgres://orderpulse:orderpulse@${LOOPBACK}:${settings.POSTGRES_PORT}/orderpulse`;
  if (profile === 'embedded') return { DATABASE_URL: database, EVENT_LOG: 'postgres', OLAP_STORE: 'postgres' };
  return {
    DATABASE_URL: database,
    EVENT_LOG: 'kafka',
    KAFKA_BROKERS: settings.KAFKA_BROKERS ?? `${LOOPBACK}:${settings.KAFKA_PORT}`,
    OLAP_STORE: 'pinot',
    PINOT_CONTROLLER_URL: settings.PINOT_CONTROLLER_URL ?? http(settings.PINOT_CONTROLLER_PORT),
    PINOT_BROKER_URL: settings.PINOT_BROKER_URL ?? http(settings.PINOT_BROKER_PORT),
  };
}

/**
 * Works out a start.
 * @param root the workspace's folder, absolute
 */
export function planStack(profile: Profile, settings: LauncherSettings, root: string): StackPlan {
  const dataDir = resolve(root, settings.DATA_DIR, profile);
  const engines = planEngines(profile, settings, dataDir);
  const aggregators = planAggregators(settings, dataDir);
  const urls = {
    page: http(settings.PAGE_PORT),
    gateway: http(settings.GATEWAY_PORT),
    orderApi: http(settings.ORDER_API_PORT),
    aggregator: http(settings.WINDOW_AGGREGATOR_PORT),
    scheduler: http(settings.SCHEDULER_PORT),
    producer: http(settings.ORDER_PRODUCER_PORT),
  };
  const shared = {
    ...engineEnvironment(profile, settings),
    ORDER_API_URL: urls.orderApi,
    WINDOW_AGGREGATOR_URL: aggregators.map(({ port }) => http(port)).join(','),
    SCHEDULER_URL: urls.scheduler,
    ORDER_PRODUCER_URL: urls.producer,
    GATEWAY_URL: urls.gateway,
    DATA_DIR: dataDir,
    NODE_ENV: 'production',
  };
  const service = (
    program: ServiceProgram,
    port: number,
    heapMb: number,
    env: Record<string, string> = {},
    name: string = program,
  ): ServicePlan => ({
    name,
    program,
    entry: join(root, 'dist/apps', program, 'main.js'),
    cwd: root,
    port,
    readyUrl: `${http(port)}/health/ready`,
    env: { ...shared, ...env, PORT: String(port), HOST: LOOPBACK },
    heapMb,
    youngMb: program === 'window-aggregator' ? BUSY_YOUNG_MB : YOUNG_MB,
  });
  const pageOrigins = `${urls.page},http://localhost:${settings.PAGE_PORT}`;
  const pageFolder = join(root, 'dist/apps/dashboard');
  const services: ServicePlan[] = [
    service('order-api', settings.ORDER_API_PORT, 256),
    service('order-producer', settings.ORDER_PRODUCER_PORT, 160),
    ...aggregators.map(({ name, port, dataDir: ownDir }) =>
      service('window-aggregator', port, 256, { DATA_DIR: ownDir }, name),
    ),
    service('query-gateway', settings.GATEWAY_PORT, 256, { CORS_ORIGINS: pageOrigins }),
    service('scheduler', settings.SCHEDULER_PORT, 160),
    {
      name: 'dashboard',
      program: 'dashboard',
      entry: join(pageFolder, 'server.js'),
      cwd: pageFolder,
      port: settings.PAGE_PORT,
      readyUrl: `${urls.page}/health/ready`,
      env: { GATEWAY_URL: urls.gateway, NODE_ENV: 'production', PORT: String(settings.PAGE_PORT), HOSTNAME: LOOPBACK },
      heapMb: 160,
      youngMb: YOUNG_MB,
    },
  ];
  return { profile, command: COMMANDS[profile], dataDir, engines, services, ports: planPorts(settings, engines, aggregators), urls };
}
