import { propertiesText } from '../jvm/properties';
import { freePort, LOOPBACK } from '../ports';

export const CONTROLLER_ID = 9;
export const BROKER_IDS = [1, 2, 3] as const;

/** The brokers of a cluster, by their node ids. */
export type BrokerId = (typeof BROKER_IDS)[number];
export type NodeId = BrokerId | typeof CONTROLLER_ID;

/** TCP ports on loopback. */
export type ClusterPorts = Readonly<Record<NodeId, number>>;

/**
 * Ports of their own for all nodes: a broker that was down comes back on the same one.
 * @throws Error when there are none
 */
export async function claimClusterPorts(): Promise<ClusterPorts> {
  return {
    [CONTROLLER_ID]: await freePort(),
    1: await freePort(),
    2: await freePort(),
    3: await freePort(),
  };
}

/** Copies as in production: three of everything, of which two must have a record before it is acknowledged. */
const REPLICATION = {
  'default.replication.factor': 3,
  'min.insync.replicas': 2,
  'offsets.topic.replication.factor': 3,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  'share.coordinator.state.topic.replication.factor': 3,
  'share.coordinator.state.topic.min.isr': 2,
};

/** The lines added to server.properties for one node of a cluster; the caller's settings come last and win. */
export function clusterNodeSettings(
  nodeId: NodeId,
  ports: ClusterPorts,
  logsDir: string,
  settings: Readonly<Record<string, string>> = {},
): string {
  const address = `${LOOPBACK}:${ports[nodeId]}`;
  const role =
    nodeId === CONTROLLER_ID
      ? { 'process.roles': 'controller', listeners: `CONTROLLER://${address}` }
      : {
          'process.roles': 'broker',
          listeners: `PLAINTEXT://${address}`,
          'advertised.listeners': `PLAINTEXT://${address}`,
        };
  return `\n# Added at start.\n${propertiesText({
    'node.id': nodeId,
    'controller.quorum.voters': `${CONTROLLER_ID}@${LOOPBACK}:${ports[CONTROLLER_ID]}`,
    ...role,
    'log.dirs': logsDir,
    ...REPLICATION,
    ...settings,
  })}`;
}
