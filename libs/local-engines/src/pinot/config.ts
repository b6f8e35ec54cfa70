import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { propertiesText } from '../jvm/properties';
import { LOOPBACK } from '../ports';
import type { PinotPorts } from './ports';

/** Name of the Helix cluster in ZooKeeper. */
export const CLUSTER_NAME = 'orderpulse';

/** Pinot's roles, in the order in which they start. */
export const ROLES = ['controller', 'broker', 'server', 'minion'] as const;
export type PinotRole = (typeof ROLES)[number];

type Values = Readonly<Record<string, string | number>>;

/** What is added to the template of ZooKeeper's configuration. */
export function zookeeperValues(dataDir: string, ports: PinotPorts): Values {
  return { dataDir: join(dataDir, 'zookeeper'), clientPort: ports.zookeeper, clientPortAddress: LOOPBACK };
}

/** What is added to the template of a role's configuration. Each HTTP listener is bound to loopback. */
export function roleValues(role: PinotRole, dataDir: string, ports: PinotPorts): Values {
  switch (role) {
    case 'controller':
      return {
        'controller.host': LOOPBACK,
        ...listener('controller', ports.controller),
        'controller.data.dir': join(dataDir, 'controller'),
        'controller.local.temp.dir': join(dataDir, 'controller-temp'),
        'controller.zk.str': `${LOOPBACK}:${ports.zookeeper}`,
        'controller.helix.cluster.name': CLUSTER_NAME,
      };
    case 'broker':
      return { 'pinot.broker.hostname': LOOPBACK, ...listener('pinot.broker.client', ports.broker) };
    case 'server':
      return {
        'pinot.server.netty.host': LOOPBACK,
        'pinot.server.netty.port': ports.serverNetty,
        ...listener('pinot.server.adminapi', ports.serverAdmin),
        'pinot.server.instance.dataDir': join(dataDir, 'server', 'data'),
        'pinot.server.instance.segmentTarDir': join(dataDir, 'server', 'segments'),
      };
    case 'minion':
      return {
        'pinot.minion.host': LOOPBACK,
        'pinot.minion.port': ports.minion,
        ...listener('pinot.minion.adminapi', ports.minion),
        'pinot.minion.dataDir': join(dataDir, 'minion'),
      };
  }
}

/** Port on which a role answers `GET /health`. */
export function healthPort(role: PinotRole, ports: PinotPorts): number {
  return { controller: ports.controller, broker: ports.broker, server: ports.serverAdmin, minion: ports.minion }[role];
}

/**
 * Writes a configuration: the template of that name, then the given values.
 * @returns path of the file written
 */
export async function writeConfig(
  definitionDir: string,
  dataDir: string,
  name: string,
  values: Values,
): Promise<string> {
  const template = await readFile(join(definitionDir, name), 'utf8');
  const file = join(dataDir, name);
  await writeFile(file, `${template}\n# Added at start.\n${propertiesText(values)}`);
  return file;
}

function listener(prefix: string, port: number): Values {
  return { [`${prefix}.access.protocols.http.host`]: LOOPBACK, [`${prefix}.access.protocols.http.port`]: port };
}
