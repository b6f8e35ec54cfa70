import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrokerId,
  describeWithEngine,
  type RunningKafkaCluster,
  startKafkaCluster,
} from '@orderpulse/local-engines';
import { Kafka, logLevel, type PartitionMetadata } from 'kafkajs';
import { LogUnavailableError } from '../errors';
import type { EventLog, EventLogConsumer } from '../port';
import { eventually, text, topicSpec, uniqueName } from '../testing';
import { FaultReader } from '../testing/fault-reader';
import { FaultWriter, type FaultWriterOptions } from '../testing/fault-writer';
import { KafkaEventLog } from './kafka-event-log';
import { QUICK_FAILOVER } from './testing/quick-failover';

const PARTITIONS = 4;
const BATCH_SIZE = 100;
/** Appends that have to resolve before and after each loss. */
const BATCHES_BETWEEN = 20;
/** A busy machine takes many times the five seconds that a new leader needs. */
const PATIENCE_MS = 60_000;
/** Shorter than a failover takes, so that appends under way at a loss reject. */
const SHORT_MS = 2_000;
/** So long that appends outlive a loss. */
const LONG_MS = 60_000;

describeWithEngine(['kafka'], 'Kafka whose brokers are killed under load, one after another', () => {
  const logs: EventLog[] = [];
  let dataDir: string;
  let cluster: RunningKafkaCluster;
  /** These leave a rejected batch alone. */
  let hasty: FaultWriter;
  let patient: FaultWriter;
  let recovering: FaultWriter;
  /** Reads what `recovering` writes. */
  let reader: FaultReader;
  let consumer: EventLogConsumer;

  const open = (appendPatienceMs = LONG_MS, brokers = cluster.brokers): EventLog => {
    const log = new KafkaEventLog({ brokers, appendPatienceMs });
    logs.push(log);
    return log;
  };

  const writer = async (
    patienceMs: number,
    afterRejection: FaultWriterOptions['afterRejection'],
  ): Promise<FaultWriter> => {
    const log = open(patienceMs);
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: PARTITIONS, replicationFactor: 3 })]);
    const options = { topic, partitions: PARTITIONS, batchSize: BATCH_SIZE, afterRejection };
    return new FaultWriter(log.producer(), log.admin(), options);
  };

  const appendsGoOn = async (when: string): Promise<void> => {
    const writers = [hasty, patient, recovering].map((each) => ({
      each,
      wanted: each.acknowledged.size + BATCHES_BETWEEN * BATCH_SIZE,
    }));
    const done = (): boolean => writers.every(({ each, wanted }) => each.acknowledged.size >= wanted);
    await eventually(`appends ${when}`, done, PATIENCE_MS);
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-cluster-'));
    cluster = await startKafkaCluster({ dataDir, settings: QUICK_FAILOVER });
    hasty = await writer(SHORT_MS, 'go on');
    patient = await writer(LONG_MS, 'go on');
    recovering = await writer(SHORT_MS, 'recover');
    const { topic } = recovering.options;
    reader = new FaultReader(PARTITIONS);
    consumer = open().consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 });
    await consumer.start(reader);
    for (const each of [hasty, patient, recovering]) each.start();
    await appendsGoOn('before any loss');

    const first = await busiestBroker(cluster, topic);
    await cluster.kill(first);
    await appendsGoOn('after the first loss');
    await cluster.restart(first);
    await eventually('all copies', () => allCopiesInTime(cluster, topic), PATIENCE_MS);
    await appendsGoOn('with all brokers');
    await cluster.kill(await busiestBroker(cluster, topic));
    await appendsGoOn('after the second loss');
    await Promise.all([hasty, patient, recovering].map((each) => each.stop()));
  }, 300_000);

  afterAll(async () => {
    await Promise.all([hasty, patient, recovering].map((each) => each?.stop()));
    await Promise.all(logs.map((log) => log.close()));
    await cluster?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 120_000);

  it('has every record of every append that resolved, once and in order', async () => {
    for (const { options, acknowledged } of [hasty, patient]) {
      const found = await numbersOf(open(), options.topic);
      const all = new Set(found.flat());
      expect([...acknowledged].filter((number) => !all.has(number))).toEqual([]);
      expect(found.map(disorder)).toEqual([[], [], [], []]);
    }
  }, 120_000);

  it('rejects as unavailable what was not acknowledged', () => {
    const rejections = [...hasty.rejections, ...patient.rejections, ...recovering.rejections];
    expect(rejections.length).toBeGreaterThan(0);
    expect(rejections.filter((error) => !(error instanceof LogUnavailableError))).toEqual([]);
  });

  it('has each record once and in order when the caller looks what is there and appends the rest again', async () => {
    const found = await numbersOf(open(), recovering.options.topic);
    const all = new Set(found.flat());
    const written = Array.from({ length: recovering.next }, (_, number) => number);
    expect(written.filter((number) => !all.has(number))).toEqual([]);
    expect(found.map(disorder)).toEqual([[], [], [], []]);
    expect(recovering.readErrors.filter((error) => !(error instanceof LogUnavailableError))).toEqual([]);
  }, 120_000);

  it('hands each record once and in order to a consumer that reads meanwhile', async () => {
    await eventually('the consumer at the end', () => reader.count >= recovering.next, PATIENCE_MS);
    expect(reader.numbers.map(disorder)).toEqual([[], [], [], []]);
    expect(reader.count).toBe(recovering.next);
    expect(consumer.status()).toEqual({ ok: true });
  }, 120_000);

  it('does not call a record the last one while a newer one waits for its copies', async () => {
    const { topic } = hasty.options;
    const [{ leader, isr }] = (await partitionsOf(cluster, topic)).filter(({ partitionId }) => partitionId === 0) as [
      PartitionMetadata,
    ];
    const follower = isr.find((broker) => broker !== leader) as BrokerId;
    const log = open(LONG_MS, [cluster.brokers[leader - 1] as string]);
    const producer = log.producer();
    const append = (value: string): Promise<void> =>
      producer.append(topic, [{ partition: 0, key: null, value: Buffer.from(value), timestampMs: Date.now() }]);
    const last = async (): Promise<string | null> => text((await log.admin().readLast(topic, 0))?.value);
    const refusal = (): Promise<string | null> =>
      last().then(
        () => null,
        (error: unknown) => String(error),
      );

    await append('copied');
    expect(await last()).toBe('copied');
    cluster.pause(follower);
    const appending = append('not copied');
    try {
      await eventually('no last record', async () => /not on enough brokers/.test((await refusal()) ?? ''), 15_000);
    } finally {
      cluster.resume(follower);
      await appending;
    }
    expect(await last()).toBe('not copied');
  }, 120_000);
});

/** Numbers of a partition that do not come after all those before them. */
function disorder(numbers: readonly number[]): number[] {
  let highest = -1;
  return numbers.filter((number) => {
    const isWrong = number <= highest;
    highest = Math.max(highest, number);
    return isWrong;
  });
}

/** The numbers in a topic per partition, in the order of the log. */
async function numbersOf(log: EventLog, topic: string): Promise<number[][]> {
  const found: number[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const records = (await log.admin().read(topic, partition, 0, Number.MAX_SAFE_INTEGER)).records;
    found.push(records.map(({ value }) => Number(text(value))));
  }
  return found;
}

/** The broker that leads the most partitions of a topic. */
async function busiestBroker(cluster: RunningKafkaCluster, topic: string): Promise<BrokerId> {
  const leaders = (await partitionsOf(cluster, topic)).map(({ leader }) => leader as BrokerId);
  const led = (broker: BrokerId): number => leaders.filter((leader) => leader === broker).length;
  return leaders.reduce((busiest, leader) => (led(leader) > led(busiest) ? leader : busiest));
}

async function allCopiesInTime(cluster: RunningKafkaCluster, topic: string): Promise<boolean> {
  return (await partitionsOf(cluster, topic)).every(({ isr }) => isr.length === 3);
}

async function partitionsOf(cluster: RunningKafkaCluster, topic: string): Promise<PartitionMetadata[]> {
  const admin = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    return (await admin.fetchTopicMetadata({ topics: [topic] })).topics.flatMap(({ partitions }) => partitions);
  } finally {
    await admin.disconnect();
  }
}
