import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ComposeService, DOCKER, environmentOf, loadCompose, ownServices, readProperties, ROOT } from './compose-model';

const model = loadCompose();
const withImage = (name: string): [string, ComposeService][] =>
  Object.entries(model.services).filter(([, service]) => service.image?.split(':')[0] === name);
const isOwn = (service: ComposeService): boolean => service.build !== undefined;

describe('the topology of the compose files', () => {
  it('is one KRaft controller and three brokers that know it', () => {
    const nodes = withImage('apache/kafka').map(([name, service]) => ({ name, ...environmentOf(service) }) as Record<string, string>);
    const controllers = nodes.filter((node) => node['KAFKA_PROCESS_ROLES'] === 'controller');
    const brokers = nodes.filter((node) => node['KAFKA_PROCESS_ROLES'] === 'broker');
    expect([controllers.length, brokers.length, nodes.length]).toEqual([1, 3, 4]);
    expect(new Set(nodes.map((node) => node['KAFKA_NODE_ID'])).size).toBe(4);
    expect(new Set(nodes.map((node) => node['CLUSTER_ID'])).size).toBe(1);
    const [controller] = controllers;
    for (const node of nodes)
      expect(node['KAFKA_CONTROLLER_QUORUM_VOTERS']).toBe(`${controller?.['KAFKA_NODE_ID']}@${controller?.['name']}:9093`);
    for (const broker of brokers) expect(broker['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${broker['name']}:9092`);
    // The image refuses to start a controller that advertises a listener.
    expect(controller).not.toHaveProperty('KAFKA_ADVERTISED_LISTENERS');
  });

  it('has a cluster id that Kafka accepts: 16 bytes as base64url', () => {
    const id = environmentOf(model.services['kafka-1'] ?? {})['CLUSTER_ID'] ?? '';
    expect(Buffer.from(id, 'base64url')).toHaveLength(16);
    expect(Buffer.from(id, 'base64url').toString('base64url')).toBe(id);
  });

  it('is three voting ZooKeeper servers and two observers, declared as such in every server and by themselves', () => {
    const nodes = withImage('zookeeper').map(([name, service]) => ({ name, env: environmentOf(service) }));
    expect(nodes).toHaveLength(5);
    for (const { name, env } of nodes) {
      const servers = (env['ZOO_SERVERS'] ?? '').trim().split(/\s+/);
      expect(servers).toHaveLength(5);
      expect(servers.filter((server) => server.includes(':observer;'))).toHaveLength(2);
      const own = servers.find((server) => server.startsWith(`server.${env['ZOO_MY_ID']}=`)) ?? '';
      expect(own).toContain(`=${name}:2888:3888`);
      expect(env['ZOO_CFG_EXTRA']).toBe(own.includes(':observer;') ? 'peerType=observer' : 'peerType=participant');
    }
    expect(new Set(nodes.map(({ env }) => env['ZOO_SERVERS'])).size).toBe(1);
  });

  it("probes an observer's role as an observer's, and a voter's as a voter's", () => {
    for (const [, service] of withImage('zookeeper')) {
      const observer = environmentOf(service)['ZOO_CFG_EXTRA'] === 'peerType=observer';
      expect(service.healthcheck?.test.join(' ')).toContain(observer ? '^Mode: observer' : '^Mode: (leader|follower)');
    }
  });

  it('is one Pinot of each role, in one cluster, on all ZooKeeper servers', () => {
    const roles = withImage('apachepinot/pinot').map(([, service]) => service.command?.[0]);
    expect(roles.sort()).toEqual(['StartBroker', 'StartController', 'StartMinion', 'StartServer']);
    const controller = readProperties(join(DOCKER, 'pinot/controller.conf'));
    const zookeepers = withImage('zookeeper').map(([name]) => `${name}:2181`).join(',');
    expect(controller['controller.zk.str']).toBe(zookeepers);
    for (const [, { command = [] }] of withImage('apachepinot/pinot').filter(([name]) => name !== 'pinot-controller')) {
      expect(command[command.indexOf('-zkAddress') + 1]).toBe(zookeepers);
      expect(command[command.indexOf('-clusterName') + 1]).toBe(controller['controller.helix.cluster.name']);
    }
  });

  it('is the versions that the product is made for', () => {
    const images = new Set(Object.values(model.services).flatMap(({ image }) => image ?? []));
    expect([...images].sort()).toEqual(['apache/kafka:4.1.0', 'apachepinot/pinot:1.5.1', 'postgres:18.4', 'zookeeper:3.9']);
  });

  it('has every service of the repository, under its own name', () => {
    const tools = ['launcher', 'pipeline-e2e'];
    const apps = readdirSync(join(ROOT, 'apps')).filter((name) => !tools.includes(name));
    expect(ownServices(model).map(([name]) => name).sort()).toEqual(apps.sort());
    for (const [name, service] of ownServices(model)) expect(service.build?.args['APP']).toBe(name);
  });

  it('waits for health only where there is a health check', () => {
    for (const [name, service] of Object.entries(model.services)) {
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = model.services[other];
        expect([name, other, target !== undefined]).toEqual([name, other, true]);
        // A service of the repository has its image's check, see dockerfile.spec.ts.
        const checked = target?.healthcheck !== undefined || (target && isOwn(target));
        if (condition === 'service_healthy') expect([name, other, checked]).toEqual([name, other, true]);
        else expect(condition).toBe('service_started');
      }
    }
  });

  it('has no service that waits for itself, over however many others', () => {
    const visit = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const other of Object.keys(model.services[name]?.depends_on ?? {})) visit(other, [...path, name]);
    };
    for (const name of Object.keys(model.services)) visit(name, []);
  });

  it('stops Pinot before ZooKeeper, without which it would never stop: Compose stops in the reverse order of depends_on', () => {
    const controller = Object.keys(model.services['pinot-controller']?.depends_on ?? {});
    expect(controller).toEqual(withImage('zookeeper').map(([name]) => name));
    for (const name of ['pinot-broker', 'pinot-server', 'pinot-minion'])
      expect(Object.keys(model.services[name]?.depends_on ?? {})).toEqual(['pinot-controller']);
  });

  it('checks the health of every engine and never sleeps', () => {
    for (const [name, service] of Object.entries(model.services)) {
      expect([name, isOwn(service) || service.healthcheck !== undefined]).toEqual([name, true]);
      expect(JSON.stringify([service.command, service.healthcheck])).not.toMatch(/sleep/);
    }
  });

  it('keeps what must survive in declared volumes, each used once, and mounts only files that exist', () => {
    const mounts = Object.values(model.services).flatMap((service) => service.volumes ?? []).map((text) => text.split(':')[0] ?? '');
    const named = mounts.filter((source) => !source.startsWith('.'));
    expect(named.sort()).toEqual(Object.keys(model.volumes).sort());
    for (const source of mounts.filter((path) => path.startsWith('.'))) expect([source, existsSync(join(DOCKER, source))]).toEqual([source, true]);
  });
});
