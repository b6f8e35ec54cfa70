import { BROKER_IDS, claimClusterPorts, CONTROLLER_ID, clusterNodeSettings } from './cluster-settings';

const PORTS = { 9: 20_009, 1: 20_001, 2: 20_002, 3: 20_003 };

describe('clusterNodeSettings', () => {
  it('makes brokers and a controller of their own that know one another', () => {
    const broker = clusterNodeSettings(2, PORTS, '/data/2/logs').split('\n');
    expect(broker).toEqual(
      expect.arrayContaining([
        'node.id=2',
        'process.roles=broker',
        'controller.quorum.voters=9@127.0.0.1:20009',
        'listeners=PLAINTEXT://127.0.0.1:20002',
        'advertised.listeners=PLAINTEXT://127.0.0.1:20002',
        'log.dirs=/data/2/logs',
      ]),
    );
    const controller = clusterNodeSettings(CONTROLLER_ID, PORTS, '/data/9/logs').split('\n');
    expect(controller).toEqual(
      expect.arrayContaining(['node.id=9', 'process.roles=controller', 'listeners=CONTROLLER://127.0.0.1:20009']),
    );
  });

  it('keeps three copies, two of them in time, and lets the caller have the last word', () => {
    const lines = clusterNodeSettings(1, PORTS, '/data/1/logs', { 'min.insync.replicas': '3' }).trim().split('\n');
    expect(lines).toContain('default.replication.factor=3');
    expect(lines).toContain('offsets.topic.replication.factor=3');
    expect(lines.filter((line) => line.startsWith('min.insync.replicas='))).toEqual(['min.insync.replicas=3']);
  });
});

describe('claimClusterPorts', () => {
  it('gives every node a port of its own that no outgoing connection takes', async () => {
    const ports = await claimClusterPorts();
    const all = [ports[CONTROLLER_ID], ...BROKER_IDS.map((id) => ports[id])];
    expect(new Set(all).size).toBe(4);
    expect(all.every((port) => port >= 20_000 && port < 32_768)).toBe(true);
  });
});
