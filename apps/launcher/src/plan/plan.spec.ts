import { launcherSettings } from '../settings/launcher-settings';
import { planStack } from './plan';

const settings = launcherSettings.parse({});

describe('planStack', () => {
  it('runs six services and PostgreSQL alone in the embedded profile', () => {
    const plan = planStack('embedded', settings, '/shop');
    expect(plan.services.map(({ name, port }) => [name, port])).toEqual([
      ['order-api', 8001],
      ['order-producer', 8004],
      ['window-aggregator', 8002],
      ['query-gateway', 8888],
      ['scheduler', 8003],
      ['dashboard', 3000],
    ]);
    expect(plan.engines).toEqual({ postgres: { dataDir: '/shop/.data/embedded/postgres', port: 5433 }, kafka: null, pinot: null });
    for (const service of plan.services.filter(({ name }) => name !== 'dashboard'))
      expect(service.env).toMatchObject({ EVENT_LOG: 'postgres', OLAP_STORE: 'postgres', HOST: '127.0.0.1' });
  });

  it('adds Kafka and Pinot in the engines profile and tells every service where they are', () => {
    const plan = planStack('engines', { ...settings, KAFKA_PORT: 19092 }, '/shop');
    expect(plan.engines.kafka?.port).toBe(19092);
    expect(plan.engines.pinot).toMatchObject({ controllerPort: 9000, brokerPort: 8099, zookeeperPort: 2181 });
    expect(plan.services[0]?.env).toMatchObject({ EVENT_LOG: 'kafka', KAFKA_BROKERS: '127.0.0.1:19092', OLAP_STORE: 'pinot' });
  });

  it('starts no engine that the settings say is running elsewhere, and wants none of its ports', () => {
    const own = {
      ...settings,
      DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/shop',
      KAFKA_BROKERS: '127.0.0.1:29092',
      PINOT_CONTROLLER_URL: 'http://127.0.0.1:29000',
      PINOT_BROKER_URL: 'http://127.0.0.1:28099',
    };
    const plan = planStack('engines', own, '/shop');
    expect(plan.engines).toEqual({ postgres: null, kafka: null, pinot: null });
    expect(plan.ports.every(({ kind }) => kind === 'service')).toBe(true);
    expect(plan.services[0]?.env).toMatchObject({
      DATABASE_URL: own.DATABASE_URL,
      KAFKA_BROKERS: own.KAFKA_BROKERS,
      PINOT_BROKER_URL: own.PINOT_BROKER_URL,
    });
  });

  it('says which command starts each profile', () => {
    expect(planStack('embedded', settings, '/shop').command).toBe('npm start');
    expect(planStack('engines', settings, '/shop').command).toBe('npm run start:engines');
  });

  it('keeps the data of the two profiles apart and takes an absolute folder as it is', () => {
    const at = (profile: 'embedded' | 'engines') => planStack(profile, { ...settings, DATA_DIR: '/var/op' }, '/shop').dataDir;
    expect([at('embedded'), at('engines')]).toEqual(['/var/op/embedded', '/var/op/engines']);
  });

  it('runs several window aggregators on ports and folders of their own, and tells every service where all are', () => {
    const plan = planStack('embedded', { ...settings, WINDOW_AGGREGATORS: 3 }, '/shop');
    const aggregators = plan.services.filter(({ program }) => program === 'window-aggregator');
    expect(aggregators.map(({ name, port, env }) => [name, port, env['PORT'], env['DATA_DIR']])).toEqual([
      ['window-aggregator', 8002, '8002', '/shop/.data/embedded'],
      ['window-aggregator-2', 8012, '8012', '/shop/.data/embedded/window-aggregator-2'],
      ['window-aggregator-3', 8022, '8022', '/shop/.data/embedded/window-aggregator-3'],
    ]);
    expect(new Set(aggregators.map(({ entry }) => entry))).toEqual(new Set(['/shop/dist/apps/window-aggregator/main.js']));
    const urls = 'http://127.0.0.1:8002,http://127.0.0.1:8012,http://127.0.0.1:8022';
    for (const { env, program } of plan.services)
      if (program !== 'dashboard') expect(env['WINDOW_AGGREGATOR_URL']).toBe(urls);
    const ports = plan.ports.filter(({ setting }) => setting === 'WINDOW_AGGREGATOR_PORT');
    expect(ports.map(({ owner, port }) => [owner, port])).toEqual(aggregators.map(({ name, port }) => [name, port]));
  });

  it('wants no port twice, however many window aggregators there are', () => {
    const { ports } = planStack('engines', { ...settings, WINDOW_AGGREGATORS: 8 }, '/shop');
    expect(new Set(ports.map(({ port }) => port)).size).toBe(ports.length);
  });
});
