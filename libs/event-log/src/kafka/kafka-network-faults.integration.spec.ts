import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithEngine, freePort, LOOPBACK, type RunningKafka, startKafka } from '@orderpulse/local-engines';
import type { EventLog, EventLogConsumer } from '../port';
import { eventually, keepAppending, topicSpec, uniqueName } from '../testing';
import { FaultReader } from '../testing/fault-reader';
import { FaultyLink } from '../testing/faulty-link';
import { KafkaEventLog } from './kafka-event-log';

const PARTITIONS = 2;
/** Longer than a member may be silent, and than a fetch may be. */
const OUTAGE_MS = 15_000;
const RECOVERY_MS = 30_000;

describeWithEngine(['kafka'], 'Kafka over a network that fails', () => {
  let dataDir: string;
  let kafka: RunningKafka;
  let link: FaultyLink;
  /** Appends without a detour. */
  let near: EventLog;
  /** Reads over the link. */
  let far: EventLog;
  let topic: string;
  let consumer: EventLogConsumer;
  let reader: FaultReader;
  let source: { stop(): Promise<number> };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-network-'));
    const [port, linkedPort, controllerPort] = [await freePort(), await freePort(), await freePort()];
    link = await FaultyLink.to(linkedPort);
    const settings = {
      listeners: `PLAINTEXT://${LOOPBACK}:${port},LINKED://${LOOPBACK}:${linkedPort},CONTROLLER://${LOOPBACK}:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port},LINKED://${LOOPBACK}:${link.port}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,LINKED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    };
    kafka = await startKafka({ dataDir, port, controllerPort, settings });
    near = new KafkaEventLog({ brokers: [kafka.brokers] });
  }, 120_000);

  beforeEach(async () => {
    topic = uniqueName('topic');
    await near.admin().ensureTopics([topicSpec(topic, { partitions: PARTITIONS })]);
    far = new KafkaEventLog({ brokers: [`${LOOPBACK}:${link.port}`] });
    reader = new FaultReader(PARTITIONS);
    consumer = far.consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 });
    await consumer.start(reader);
    source = keepAppending(near.producer(), topic, PARTITIONS);
    await eventually('records', () => reader.count > 50);
  }, 60_000);

  afterEach(async () => {
    link.heal();
    await source.stop();
    await far.close();
  }, 60_000);

  afterAll(async () => {
    await near?.close();
    await link?.close();
    await kafka?.stop();
    await rm(dataDir, { recursive: true, force: true });
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
    link.swallow();
    await eventually('a reason', () => !consumer.status().ok, OUTAGE_MS);
    await delay(OUTAGE_MS);
    link.heal();
    await recovers();
  }, 120_000);

  it('reads on after every connection has lost its other end without being told', async () => {
    link.loseFarEnds();
    await recovers();
  }, 120_000);

  it('reads on after resets, again and again', async () => {
    for (let round = 0; round < 10; round += 1) {
      link.reset();
      await delay(300);
    }
    await recovers();
  }, 120_000);
});
