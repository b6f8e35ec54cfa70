import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { isProcessAlive } from '../process';
import { describeWithEngine } from '../testing/describe-with-engine';
import { pretendOwnerDied } from '../testing/pretend-owner-died';
import { startKafka, type KafkaOptions, type RunningKafka } from './kafka';

jest.setTimeout(300_000);

describeWithEngine(['kafka'], 'startKafka', () => {
  let dataDir: string;
  const started: RunningKafka[] = [];

  const start = async (options: Partial<KafkaOptions> = {}): Promise<RunningKafka> => {
    const engine = await startKafka({ dataDir, port: 0, ...options });
    started.push(engine);
    return engine;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-engines-kafka-'));
  });

  afterEach(async () => {
    for (const engine of started.splice(0)) await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps records over a restart and is gone after stop', async () => {
    const first = await start();
    await createTopic(first, 'kept');
    await produce(first, 'kept', 'a'.repeat(2_000_000));
    await first.stop();
    expect(first.pids.some(isProcessAlive)).toBe(false);

    const second = await start();
    await produce(second, 'kept', 'after the restart');
    const values = await consume(second, 'kept', 2);
    expect(values.map((value) => value.length)).toEqual([2_000_000, 17]);
  });

  it('forms a cluster of any name, also of one that looks like an option', async () => {
    const clusterId = '-7r0d4h5S2mQJ1xk0aZb8w';
    const engine = await start({ clusterId });
    const admin = client(engine).admin();
    await admin.connect();
    expect(await admin.describeCluster()).toMatchObject({ clusterId });
    await admin.disconnect();
  });

  it('leaves no process when its start is given up', async () => {
    const abort = new AbortController();
    const starting = startKafka({ dataDir, port: 0, signal: abort.signal });
    const settled = expect(starting).rejects.toMatchObject({ code: 'START_ABORTED' });
    // Its storage is formatted, and the node has yet to start.
    while (!existsSync(join(dataDir, 'logs'))) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    await settled;
    const processes = execFileSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8' });
    expect(processes).not.toContain(dataDir);
  });

  it('keeps acknowledged records when the node is killed or left behind', async () => {
    const first = await start();
    await createTopic(first, 'kept');
    await produce(first, 'kept', 'one');
    process.kill(first.pids[0]!, 'SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });

    const second = await start();
    await produce(second, 'kept', 'two');
    await pretendOwnerDied(dataDir);
    const third = await start();
    expect(second.pids.some(isProcessAlive)).toBe(false);
    expect(await consume(third, 'kept', 2)).toEqual(['one', 'two']);
  });
});

function client(engine: RunningKafka): Kafka {
  return new Kafka({ clientId: 'spec', brokers: [engine.brokers], logLevel: logLevel.NOTHING });
}

async function createTopic(engine: RunningKafka, topic: string): Promise<void> {
  const admin = client(engine).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] });
  await admin.disconnect();
}

async function produce(engine: RunningKafka, topic: string, value: string): Promise<void> {
  const producer = client(engine).producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ key: 'k', value, partition: 0 }] });
  await producer.disconnect();
}

async function consume(engine: RunningKafka, topic: string, count: number): Promise<string[]> {
  const consumer = client(engine).consumer({ groupId: 'spec', maxBytesPerPartition: 4_194_304 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
      values.push(message.value?.toString('utf8') ?? '');
      if (values.length === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}
