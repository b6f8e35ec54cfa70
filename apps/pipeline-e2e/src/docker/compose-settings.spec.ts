import { loadConfig } from '@orderpulse/service-kit';
import { join } from 'node:path';
import { z } from 'zod';
import { type ComposeService, environmentOf, loadCompose, ownServices, readProperties, DOCKER, ROOT } from './compose-model';
import { planStack } from '../../../launcher/src/plan/plan';
import { launcherSettings } from '../../../launcher/src/settings/launcher-settings';

const model = loadCompose();
const plan = planStack('engines', launcherSettings.parse({}), ROOT);

/** Variables that are Node's or Next's, not a service's. */
const OF_THE_PLATFORM = ['NODE_ENV', 'NODE_OPTIONS'];
/** What every image sets, see docker/Dockerfile. */
const OF_THE_IMAGE = { HOST: '0.0.0.0', HOSTNAME: '0.0.0.0' };

/** The schema of an app's settings: the only one that its config.ts exports. */
function schemaOf(app: string): z.ZodObject {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- by name, so that an app in compose without settings fails here
  const exported = Object.values(require(join(ROOT, 'apps', app, 'src/config.ts')) as object) as unknown[];
  const schemas = exported.filter((value) => value instanceof z.ZodObject);
  if (schemas.length !== 1) throw new Error(`apps/${app}/src/config.ts exports ${schemas.length} schemas`);
  return schemas[0] as z.ZodObject;
}

/** Hosts and ports in a setting's value: `host:port` lists and URLs. */
function addressesIn(value: string): { host: string; port: number }[] {
  return [...value.matchAll(/(?:^|,|@|:\/\/)([a-z][a-z0-9-]*):(\d+)/g)].map(([, host, port]) => ({ host: host ?? '', port: Number(port) }));
}

/** The port on which a service of the compose files listens. */
function listensOn(name: string, service: ComposeService): number {
  const image = service.image?.split(':')[0];
  if (image === 'apache/kafka') return Number(environmentOf(service)['KAFKA_LISTENERS']?.split(':').at(-1));
  if (image === 'postgres') return 5432;
  if (name === 'pinot-controller') return Number(readProperties(join(DOCKER, 'pinot/controller.conf'))['controller.port']);
  if (name === 'pinot-broker') return Number(readProperties(join(DOCKER, 'pinot/broker.conf'))['pinot.broker.client.queryPort']);
  return Number(environmentOf(service)['PORT']);
}

describe.each(ownServices(model))('the settings of %s in the compose files', (name, service) => {
  const given = environmentOf(service);

  it('are settings of that service, by name', () => {
    const known = [...Object.keys(schemaOf(name).shape), ...OF_THE_PLATFORM];
    expect(Object.keys(given).filter((key) => !known.includes(key))).toEqual([]);
  });

  it('are accepted by that service', () => {
    const config = loadConfig(schemaOf(name), { ...OF_THE_IMAGE, ...given });
    expect(config).toMatchObject({ PORT: Number(given['PORT']) });
  });

  it('name other services only where they listen, on a network that both are in', () => {
    for (const [key, value] of Object.entries(given).filter(([key]) => key !== 'CORS_ORIGINS')) {
      for (const { host, port } of addressesIn(value)) {
        const target = model.services[host];
        expect([key, host, port]).toEqual([key, host, target && listensOn(host, target)]);
        expect(service.networks?.some((network) => target?.networks?.includes(network))).toBe(true);
      }
    }
  });

  it('leave no address of another service or engine at its default, which is the service itself in a container', () => {
    const database = ['order-api', 'scheduler'];
    const { shape } = schemaOf(name);
    const local = Object.keys(shape).filter((key) => String((shape[key] as z.ZodType).safeParse(undefined).data).includes('127.0.0.1'));
    // PostgreSQL holds only orders and jobs here, not the log and the SQL tables; CORS_ORIGINS and HOST are no addresses of others.
    const addresses = local.filter((key) => key !== 'HOST' && key !== 'HOSTNAME' && (key !== 'DATABASE_URL' || database.includes(name)));
    for (const key of addresses) expect(given).toHaveProperty(key);
  });

  it('are those of the launcher: the same port, heap and choice of engines', () => {
    const planned = plan.services.find((candidate) => candidate.name === name);
    expect(given['PORT']).toBe(String(planned?.port));
    expect(given['NODE_OPTIONS']).toBe(`--max-old-space-size=${planned?.heapMb}`);
    expect(given['NODE_ENV']).toBe(planned?.env['NODE_ENV']);
    for (const engine of ['EVENT_LOG', 'OLAP_STORE']) if (given[engine]) expect(given[engine]).toBe(planned?.env[engine]);
  });
});
