import { execFileSync } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';
import { isProcessAlive } from '../process';
import { describeWithEngine } from '../testing/describe-with-engine';
import { useTempDir } from '../testing/temp-dir';
import { type RunningKafkaCluster, startKafkaCluster } from './cluster';

jest.setTimeout(300_000);

describeWithEngine(['kafka'], 'startKafkaCluster', () => {
  const dataDir = useTempDir();
  let cluster: RunningKafkaCluster | undefined;

  afterEach(async () => {
    await cluster?.stop();
  });

  it('has three brokers, of which one can be killed and brought back on its port, and is gone after stop', async () => {
    cluster = await startKafkaCluster({ dataDir: dataDir() });
    const pids = cluster.pids();
    expect(pids).toHaveLength(4);
    expect(await registered(cluster)).toEqual([1, 2, 3]);
    await createTopic(cluster, 'kept');

    await cluster.kill(2);
    expect(pids.filter(isProcessAlive)).toEqual(cluster.pids());
    expect(cluster.pids()).toHaveLength(3);
    await cluster.restart(2);
    expect(await registered(cluster)).toEqual([1, 2, 3]);

    const last = cluster.pids();
    expect(last).toHaveLength(4);
    await cluster.stop();
    expect(last.some(isProcessAlive)).toBe(false);
  });

  it('leaves no process when its start is given up', async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 5_000);
    await expect(startKafkaCluster({ dataDir: dataDir(), signal: abort.signal })).rejects.toMatchObject({
      code: 'START_ABORTED',
    });
    clearTimeout(timer);
    expect(execFileSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8' })).not.toContain(dataDir());
  });
});

/** The ids of the brokers that the cluster says it has, ascending. */
async function registered(cluster: RunningKafkaCluster): Promise<number[]> {
  const admin = client(cluster).admin();
  await admin.connect();
  const { brokers } = await admin.describeCluster();
  await admin.disconnect();
  return brokers.map(({ nodeId }) => nodeId).sort();
}

/** Three copies by default: fails unless all three brokers take part. */
async function createTopic(cluster: RunningKafkaCluster, topic: string): Promise<void> {
  const admin = client(cluster).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, replicationFactor: 3 }], waitForLeaders: false });
  await admin.disconnect();
}

function client(cluster: RunningKafkaCluster): Kafka {
  return new Kafka({ clientId: 'spec', brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
}
