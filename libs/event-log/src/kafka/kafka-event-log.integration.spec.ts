import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine, startKafka, type RunningKafka } from '@orderpulse/local-engines';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { LogUnavailableError } from '../errors';
import { eventLogConformance, eventually, numbered, Recorder, topicSpec, uniqueName } from '../testing';
import { shiftWallClock } from '../testing/wall-clock';
import { KafkaEventLog } from './kafka-event-log';
import { topicConfig } from './topic-config';

/** Looks for something to compact all the time. */
const SETTINGS = { 'log.cleaner.backoff.ms': '100' };

describeWithEngine(['kafka'], 'Kafka', () => {
  let dataDir: string;
  let kafka: RunningKafka;

  const start = async (): Promise<void> => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-'));
    kafka = await startKafka({ dataDir, port: 0, settings: SETTINGS });
  };
  const stop = async (): Promise<void> => {
    await kafka.stop();
    await rm(dataDir, { recursive: true, force: true });
  };

  eventLogConformance('Kafka', {
    start: async () => {
      await start();
      return {
        open: () => new KafkaEventLog({ brokers: [kafka.brokers] }),
        dropConnections: async () => {
          const { port } = kafka;
          await kafka.stop();
          kafka = await startKafka({ dataDir, port, settings: SETTINGS });
        },
        compact: (topic) => compactSoon(kafka, topic),
        deleteTopic: (topic) => deleteTopic(kafka, topic),
        stop,
      };
    },
  });

  describe('in trouble', () => {
    beforeAll(start, 120_000);
    afterEach(() => jest.restoreAllMocks());
    afterAll(stop, 60_000);

    it('rejects as unavailable while the broker is gone, and reading and appending go on when it is back', async () => {
      const log = new KafkaEventLog({ brokers: [kafka.brokers] });
      const topic = uniqueName('topic');
      await log.admin().ensureTopics([topicSpec(topic, { partitions: 2 })]);
      const recorder = new Recorder('committed');
      const consumer = log.consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs: 6_000 });
      await consumer.start(recorder);
      const producer = log.producer();
      await producer.append(topic, numbered(0, 5));
      await eventually('five records', () => recorder.records.length === 5);
      await consumer.commit(topic, 0, 5);

      const { port } = kafka;
      await kafka.stop();
      await expect(producer.append(topic, numbered(0, 1))).rejects.toThrow(LogUnavailableError);
      await expect(log.admin().ping()).rejects.toThrow(LogUnavailableError);
      await eventually('a reason', () => !consumer.status().ok);
      kafka = await startKafka({ dataDir, port });

      await eventually('an append', async () => {
        try {
          await producer.append(topic, numbered(1, 5, 'after'));
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(LogUnavailableError);
          return false;
        }
      });
      await eventually('the new records', () => recorder.of(1).length >= 5, 45_000);
      expect(consumer.status()).toEqual({ ok: true });
      expect(recorder.of(0).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
      await log.close();
    }, 120_000);

    it.each([
      ['back', -3_600_000],
      ['forth', 3_600_000],
    ])(
      'keeps its partitions and reads on when the wall clock jumps an hour %s',
      async (_, shiftMs) => {
        const log = new KafkaEventLog({ brokers: [kafka.brokers] });
        const topic = uniqueName('topic');
        await log.admin().ensureTopics([topicSpec(topic, { partitions: 2 })]);
        const recorder = new Recorder('earliest');
        const sessionTimeoutMs = 6_000;
        const consumer = log.consumer({ groupId: uniqueName('group'), topics: [topic], sessionTimeoutMs });
        await consumer.start(recorder);
        await eventually('both partitions', () => recorder.held.size === 2 && consumer.status().ok);
        const producer = log.producer();
        shiftWallClock(shiftMs);
        const untilMs = performance.now() + sessionTimeoutMs + 3_000;
        let appended = 0;
        while (performance.now() < untilMs) {
          await producer.append(topic, numbered(0, 1));
          appended += 1;
          expect(consumer.status()).toEqual({ ok: true });
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        await eventually('every record', () => recorder.records.length >= appended);
        expect(recorder.records).toHaveLength(appended);
        expect(recorder.revoked).toEqual([]);
        await log.close();
      },
      60_000,
    );
  });
});

/** Every append closes a segment from now on, and whatever is closed is compacted. */
async function compactSoon({ brokers }: RunningKafka, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  const settings = {
    ...topicConfig(topicSpec(topic, { compacted: true })),
    'segment.ms': '100',
    'min.cleanable.dirty.ratio': '0',
  };
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.connect();
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  });
  await admin.disconnect();
}

async function deleteTopic({ brokers }: RunningKafka, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await eventually('the end of the topic', async () => !(await admin.listTopics()).includes(topic));
  await admin.disconnect();
}
