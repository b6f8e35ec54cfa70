import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka, type RunningKafka } from '../kafka/kafka';
import { isProcessAlive } from '../process';
import { describeWithEngine } from '../testing/describe-with-engine';
import { startPinot, type RunningPinot } from './pinot';

jest.setTimeout(600_000);

const TABLE = 'kept';

describeWithEngine(['pinot', 'kafka'], 'startPinot', () => {
  let dataDir: string;
  let kafka: RunningKafka;
  const started: RunningPinot[] = [];

  const start = async (minion = false): Promise<RunningPinot> => {
    const ports = { controllerPort: 0, brokerPort: 0, zookeeperPort: 0 };
    const engine = await startPinot({ dataDir: join(dataDir, 'pinot'), minion, ...ports });
    started.push(engine);
    return engine;
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-engines-pinot-'));
    kafka = await startKafka({ dataDir: join(dataDir, 'kafka'), port: 0 });
  });

  afterEach(async () => {
    for (const engine of started.splice(0)) await engine.stop();
  });

  afterAll(async () => {
    await kafka?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('answers with its version, reads a topic, and finds its rows again after a stop and after being killed', async () => {
    const first = await start(true);
    expect(first.version).toMatch(/^\d+\.\d+/);
    await produce(kafka, [100, 20, 3]);
    await createTable(first, kafka.brokers);
    await untilSum(first, 123);
    const stopStart = performance.now();
    await first.stop();
    expect(performance.now() - stopStart).toBeLessThan(10_000);
    expect(first.pids.some(isProcessAlive)).toBe(false);

    const second = await start();
    expect(second.ports).toEqual(first.ports);
    await untilSum(second, 123);
    await produce(kafka, [4_000]);
    await untilSum(second, 4_123);
    for (const pid of second.pids) process.kill(pid, 'SIGKILL');
    expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await second.stop();

    await untilSum(await start(), 4_123);
  });
});

async function produce(kafka: RunningKafka, values: number[]): Promise<void> {
  const client = new Kafka({ clientId: 'spec', brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  const topic = { topic: TABLE, numPartitions: 1, replicationFactor: 1 };
  if (!(await admin.listTopics()).includes(TABLE)) await admin.createTopics({ waitForLeaders: true, topics: [topic] });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  const messages = values.map((cents) => ({ key: 'k', value: JSON.stringify({ cents, atMs: 1_700_000_000_000 }) }));
  await producer.send({ topic: TABLE, messages });
  await producer.disconnect();
}

async function createTable(pinot: RunningPinot, brokers: string): Promise<void> {
  const schema = {
    schemaName: TABLE,
    metricFieldSpecs: [{ name: 'cents', dataType: 'LONG' }],
    dateTimeFieldSpecs: [
      { name: 'atMs', dataType: 'LONG', format: '1:MILLISECONDS:EPOCH', granularity: '1:MILLISECONDS' },
    ],
  };
  const streamConfigs = {
    streamType: 'kafka',
    'stream.kafka.consumer.type': 'lowlevel',
    'stream.kafka.topic.name': TABLE,
    'stream.kafka.broker.list': brokers,
    'stream.kafka.consumer.factory.class.name': 'org.apache.pinot.plugin.stream.kafka20.KafkaConsumerFactory',
    'stream.kafka.decoder.class.name': 'org.apache.pinot.plugin.stream.kafka.KafkaJSONMessageDecoder',
    'stream.kafka.consumer.prop.auto.offset.reset': 'smallest',
  };
  const table = {
    tableName: TABLE,
    tableType: 'REALTIME',
    segmentsConfig: { schemaName: TABLE, timeColumnName: 'atMs', replication: '1', replicasPerPartition: '1' },
    tenants: {},
    tableIndexConfig: { loadMode: 'MMAP', streamConfigs },
    metadata: {},
  };
  await post(`${pinot.controllerUrl}/schemas`, schema);
  await post(`${pinot.controllerUrl}/tables`, table);
}

/** Waits until the table's sum is as expected; the test's own time limit bounds it. */
async function untilSum(pinot: RunningPinot, expected: number): Promise<void> {
  const sql = `SELECT SUM(cents) AS total FROM ${TABLE}`;
  for (;;) {
    const answer = (await post(`${pinot.brokerUrl}/query/sql`, { sql })) as { resultTable?: { rows: number[][] } };
    if (answer.resultTable?.rows[0]?.[0] === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as unknown;
}
