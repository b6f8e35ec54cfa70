import { propertiesText } from '../jvm/properties';
import { claimPort, LOOPBACK } from '../ports';

export const CONTROLLER_ID = 9;
export const BROKER_IDS = [1, 2, 3] as const;

/** The brokers of a cluster, by their node ids. */
export type BrokerId = (typeof BROKER_IDS)[number];
export type NodeId = BrokerId | typeof CONTROLLER_ID;

/** TCP ports on loopback. */
export type ClusterPorts = Readonly<Record<NodeId, number>>;

/** Below the ports that systems give to outgoing connections (32768 and more on Linux, 49152 on macOS). */
const LOWEST_PORT = 20_000;
const PORT_COUNT = 12_000;
const PORT_ATTEMPTS = 50;

/**
 * Free ports that nobody is given by chance while their broker is down: it has to come back on the same one.
 * @throws EngineError PORT_IN_USE when none is found
 */
export async function claimClusterPorts(): Promise<ClusterPorts> {
  const taken = new Set<number>();
  const claim = async (purpose: string): Promise<number> => {
    for (let attempt = 1; ; attempt += 1) {
      const port = LOWEST_PORT + Math.floor(Math.random() * PORT_COUNT);
      if (taken.has(port)) continue;
      try {
        await claimPort('kafka', port, purpose);
      } catch (error) {
        if (attempt < PORT_ATTEMPTS) continue;
        throw error;
      }
      taken.add(port);
      return port;
    }
  };
  return {
    [CONTROLLER_ID]: await claim("kafka's controller"),
    1: await claim('kafka broker 1'),
    2: await claim('kafka broker 2'),
    3: await claim('kafka broker 3'),
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
