import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithEngine, type RunningKafka, startKafka } from '@orderpulse/local-engines';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { LogRecord } from '../port';
import { eventually, numbered, Recorder, text, topicSpec, uniqueName } from '../testing';
import { sendFetch } from './fetch/fetch-protocol';
import { connectCluster } from './kafka-cluster';
import { KafkaEventLog } from './kafka-event-log';

describeWithEngine(['kafka'], 'What others write to Kafka', () => {
  let dataDir: string;
  let kafka: RunningKafka;
  let client: Kafka;
  let log: KafkaEventLog;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-reading-'));
    kafka = await startKafka({ dataDir, port: 0 });
    client = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
    log = new KafkaEventLog({ brokers: [kafka.brokers] });
  }, 120_000);

  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  const consumeAll = async (topic: string, count: number): Promise<readonly LogRecord[]> => {
    const recorder = new Recorder();
    const consumer = log.consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 });
    await consumer.start(recorder);
    await eventually(`${count} records`, () => recorder.records.length >= count);
    await consumer.stop();
    return recorder.records;
  };

  /** The codec of the first batch of a topic as the broker has it. */
  const codecOf = async (topic: string): Promise<number> => {
    const cluster = await connectCluster(client);
    try {
      const broker = await cluster.findBroker({ nodeId: 1 });
      const maxBytes = 1_000_000;
      const topicId = (await log.admin().bounds(topic))[0]?.topicId ?? '';
      const partitions = [{ topic, topicId, partition: 0, offset: 0, maxBytes }];
      const [fetched] = await sendFetch(broker, { maxWaitMs: 100, maxBytes, partitions });
      return (fetched?.bytes.readInt16BE(21) ?? 0) & 7;
    } finally {
      await cluster.disconnect();
    }
  };

  it.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ])(
    'is read when the topic has it packed by %s',
    async (name, codec) => {
      const topic = uniqueName(name);
      const admin = client.admin();
      await admin.createTopics({
        topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'compression.type', value: name }] }],
      });
      await admin.disconnect();
      const records = numbered(0, 300).map((record, index) => ({
        ...record,
        value: Buffer.from(JSON.stringify({ index, text: `${index} `.repeat(200), odd: Math.sin(index) })),
        headers: { number: String(index) },
      }));
      const producer = log.producer();
      await eventually('the topic', async () => (await log.admin().partitionCount(topic)) === 1);
      await producer.append(topic, records);
      expect(await codecOf(topic)).toBe(codec);

      const read = await consumeAll(topic, 300);
      expect(read.map(({ value }) => text(value))).toEqual(records.map(({ value }) => text(value)));
      expect(read.map(({ key, headers }) => [key, text(headers['number'])])).toEqual(
        records.map(({ key, headers }) => [key, headers.number]),
      );
    },
    60_000,
  );

  it('is left out when its transaction was given up, and what ends transactions leaves holes', async () => {
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1 })]);
    const transactional = (): Producer =>
      client.producer({ transactionalId: uniqueName('writer'), idempotent: true, maxInFlightRequests: 1 });
    const [one, two] = [transactional(), transactional()];
    await Promise.all([one.connect(), two.connect()]);
    const [kept, givenUp] = [await one.transaction(), await two.transaction()];
    for (const value of ['kept 0', 'kept 1']) {
      await kept.send({ topic, messages: [{ value }] });
      await givenUp.send({ topic, messages: [{ value: 'given up' }] });
    }
    await givenUp.abort();
    await kept.commit();
    await Promise.all([one.disconnect(), two.disconnect()]);
    await eventually('the ends of both', async () => (await log.admin().bounds(topic))[0]?.end === 6);
    await log.producer().append(topic, numbered(0, 1, 'plain'));

    const expected = ['kept 0', 'kept 1', 'plain-0'];
    const read = await consumeAll(topic, 3);
    expect(read.map(({ value }) => text(value))).toEqual(expected);
    expect(read.map(({ offset }) => offset)).toEqual([0, 2, 6]);
    const found = await log.admin().read(topic, 0, 0, 100);
    expect(found.records.map(({ value }) => text(value))).toEqual(expected);
    expect([found.nextOffset, found.endOffset]).toEqual([7, 7]);
  }, 60_000);

  it('goes to another member only after the batch that is being handled', async () => {
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 2 })]);
    await log.producer().append(topic, [...numbered(0, 5), ...numbered(1, 5)]);
    /** Partitions whose batch the first member has begun, and those whose batch it has ended. */
    const [begun, ended] = [new Set<number>(), new Set<number>()];
    const first = new Recorder('earliest', async ({ partition }) => {
      begun.add(partition);
      await delay(2_500);
      ended.add(partition);
    });
    const taken: { partition: number; wasEnded: boolean }[] = [];
    const second = new Recorder('latest');
    const { onAssigned } = second;
    second.onAssigned = (name, partition) => {
      taken.push({ partition, wasEnded: ended.has(partition) });
      return onAssigned.call(second, name, partition);
    };
    const options = { groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 };
    const consumers = [log.consumer(options), log.consumer(options)] as const;
    await consumers[0].start(first);
    await eventually('both batches', () => begun.size === 2);
    await consumers[1].start(second);
    await eventually('a partition of the second', () => taken.length > 0);
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect(taken.map(({ wasEnded }) => wasEnded)).toEqual([true]);
  }, 60_000);
});
