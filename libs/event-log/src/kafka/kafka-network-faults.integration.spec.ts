import { setTimeout as delay } from 'node:timers/promises';
import { describeWithEngine } from '@orderpulse/local-engines';
import type { EventLog, EventLogConsumer } from '../port';
import { eventually, keepAppending, topicSpec, uniqueName } from '../testing';
import { FaultReader } from '../testing/fault-reader';
import { KafkaEventLog } from './kafka-event-log';
import { type LinkedKafka, startLinkedKafka } from './testing/linked-kafka';

const PARTITIONS = 2;
/** Longer than a member may be silent, and than a fetch may be. */
const OUTAGE_MS = 15_000;
const RECOVERY_MS = 30_000;

describeWithEngine(['kafka'], 'Kafka over a network that fails', () => {
  let kafka: LinkedKafka;
  /** Appends without a detour. */
  let near: EventLog;
  /** Reads over the link. */
  let far: EventLog;
  let topic: string;
  let consumer: EventLogConsumer;
  let reader: FaultReader;
  let source: { stop(): Promise<number> };

  beforeAll(async () => {
    kafka = await startLinkedKafka();
    near = new KafkaEventLog({ brokers: kafka.nearBrokers });
  }, 120_000);

  beforeEach(async () => {
    topic = uniqueName('topic');
    await near.admin().ensureTopics([topicSpec(topic, { partitions: PARTITIONS })]);
    far = new KafkaEventLog({ brokers: kafka.farBrokers });
    reader = new FaultReader(PARTITIONS);
    consumer = far.consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 });
    await consumer.start(reader);
    source = keepAppending(near.producer(), topic, PARTITIONS);
    await eventually('records', () => reader.count > 50);
  }, 60_000);

  afterEach(async () => {
    kafka.link.heal();
    await source.stop();
    await far.close();
  }, 60_000);

  afterAll(async () => {
    await near?.close();
    await kafka?.stop();
  }, 60_000);

  const recovers = async (): Promise<void> => {
    const healedMs = Date.now();
    const { count } = reader;
    await eventually('records', () => reader.count > count + 50 && consumer.status().ok, RECOVERY_MS);
    expect(Date.now() - healedMs).toBeLessThan(RECOVERY_MS);
    const appended = await source.stop();
    await eventually('all records', () => reader.count >= appended);
    expect(reader.numbers).toEqual(
      Array.from({ length: PARTITIONS }, (_, partition) =>
        Array.from({ length: appended }, (__, number) => number).filter((number) => number % PARTITIONS === partition),
      ),
    );
  };

  it('reads on, each record once and in order, after a black hole', async () => {
    kafka.link.swallow();
    await eventually('a reason', () => !consumer.status().ok, OUTAGE_MS);
    await delay(OUTAGE_MS);
    kafka.link.heal();
    await recovers();
  }, 120_000);

  it('reads on after every connection has lost its other end without being told', async () => {
    kafka.link.loseFarEnds();
    await recovers();
  }, 120_000);

  it('reads on after resets, again and again', async () => {
    for (let round = 0; round < 10; round += 1) {
      kafka.link.reset();
      await delay(300);
    }
    await recovers();
  }, 120_000);
});
