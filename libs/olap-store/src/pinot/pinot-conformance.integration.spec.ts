import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORDERS_TOPIC, PARTITION_COUNT } from '@orderpulse/contracts';
import {
  describeWithEngine,
  startKafka,
  startPinot,
  type RunningKafka,
  type RunningPinot,
} from '@orderpulse/local-engines';
import { Kafka, logLevel } from 'kafkajs';
import { createOlapAdmin, createOlapStore, type PinotOlapSettings } from '../create-olap-store';
import { OlapUnavailableError } from '../errors';
import { olapConformance, type GoldenRecord } from '../testing';
import { ControllerClient } from './controller-client';

jest.setTimeout(400_000);

describeWithEngine(['kafka', 'pinot'], 'Pinot on Kafka', () => {
  let dataDir: string;
  let kafkaEngine: RunningKafka | undefined;
  let pinotEngine: RunningPinot | undefined;
  let kafka: Kafka;
  let settings: PinotOlapSettings;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'olap-pinot-'));
    [kafkaEngine, pinotEngine] = await Promise.all([
      startKafka({ dataDir: join(dataDir, 'kafka'), port: 0 }),
      startPinot({ dataDir: join(dataDir, 'pinot'), controllerPort: 0, brokerPort: 0, zookeeperPort: 0 }),
    ]);
    kafka = new Kafka({ clientId: 'olap-store-spec', brokers: [kafkaEngine.brokers], logLevel: logLevel.NOTHING });
    settings = {
      kind: 'pinot',
      controllerUrl: pinotEngine.controllerUrl,
      brokerUrl: pinotEngine.brokerUrl,
      kafkaBrokers: kafkaEngine.brokers,
      // Small, so that the golden set spans closed and consuming segments of every table.
      segmentRows: 120,
    };
  });

  afterAll(async () => {
    await Promise.all([kafkaEngine?.stop(), pinotEngine?.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  });

  it('says what is missing before there are tables', async () => {
    const store = createOlapStore(settings);
    const admin = createOlapAdmin(settings);
    await expect(store.ping()).rejects.toThrow(OlapUnavailableError);
    await expect(store.totals()).rejects.toThrow(/TableDoesNotExist/);
    await expect(admin.probeTables()).rejects.toThrow(OlapUnavailableError);
    // The controller asks the topic for its partitions.
    await expect(admin.ensureTables()).rejects.toThrow(OlapUnavailableError);
    expect(await admin.version()).toBe(`pinot ${pinotEngine?.version}`);
    await Promise.all([store.close(), admin.close()]);
  });

  it('makes its tables once, changes what differs and then nothing', async () => {
    await createTopic(kafka);
    const admin = createOlapAdmin(settings);
    // The schema of the first table may stand from the attempt without a topic.
    const first = await admin.ensureTables();
    expect(first.created).toEqual(['order_events', 'orders', 'order_lines']);
    expect(await admin.ensureTables()).toEqual({ created: [], changed: [] });

    const other = createOlapAdmin({ ...settings, retentionMs: 7_200_000 });
    expect(await other.ensureTables()).toEqual({ created: [], changed: ['order_events', 'orders', 'order_lines'] });
    expect(await other.ensureTables()).toEqual({ created: [], changed: [] });
    expect((await admin.ensureTables()).changed).toHaveLength(3);
    await Promise.all([admin.close(), other.close()]);
  });

  it('refuses a declaration that Pinot would quietly take in part', async () => {
    const controller = new ControllerClient({ baseUrl: settings.controllerUrl });
    const table = await controller.table('order_events');
    const unknown = { ...table, tableName: 'order_events', upsertMode: 'FULL' };
    await expect(controller.validateTable(unknown)).rejects.toThrow(/Pinot does not know \/upsertMode/);
    await expect(
      controller.validateTable({ ...table, dedupConfig: null, upsertConfig: { mode: 'SIDEWAYS' } }),
    ).rejects.toThrow(/Pinot refuses/);
    controller.close();
  });

  olapConformance('pinot', async () => {
    const store = createOlapStore(settings);
    const admin = createOlapAdmin(settings);
    await eventually(() => admin.probeTables());
    return {
      store,
      load: (records) => produce(kafka, records),
      close: async () => {
        await Promise.all([store.close(), admin.close()]);
      },
    };
  });
});

async function createTopic(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: ORDERS_TOPIC, numPartitions: PARTITION_COUNT, replicationFactor: 1, configEntries }],
  });
  await admin.disconnect();
}

async function produce(kafka: Kafka, records: readonly GoldenRecord[]): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = records.map(({ partition, key, value, timestampMs }) => ({
    partition,
    key,
    value,
    timestamp: String(timestampMs),
  }));
  await producer.send({ topic: ORDERS_TOPIC, acks: -1, messages });
  await producer.disconnect();
}

/** Tries until it resolves, for a minute. */
async function eventually(attempt: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
