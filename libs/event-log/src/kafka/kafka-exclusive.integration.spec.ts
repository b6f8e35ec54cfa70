import { setTimeout as delay } from 'node:timers/promises';
import { describeWithEngine } from '@orderpulse/local-engines';
import { FencedError } from '../errors';
import type { EventLog } from '../port';
import { eventually, numbered, readAll, text, topicSpec, uniqueName } from '../testing';
import { exclusiveFaultSuite } from '../testing/exclusive-fault-suite';
import { KafkaEventLog } from './kafka-event-log';
import { type LinkedKafka, startLinkedKafka } from './testing/linked-kafka';

const HASTY_MS = 200;
/** The time of a hasty one's transaction, and as much again. */
const ABORTED_AFTER_MS = 2 * (HASTY_MS + 5_000);

describeWithEngine(['kafka'], 'exclusive producers on Kafka over a network that fails', () => {
  let kafka: LinkedKafka;
  let near: EventLog;

  beforeAll(async () => {
    // How often coordinators look for transactions whose time is up.
    kafka = await startLinkedKafka({ 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500' });
    near = new KafkaEventLog({ brokers: kafka.nearBrokers });
  }, 120_000);

  afterAll(async () => {
    await near?.close();
    await kafka?.stop();
  }, 60_000);

  const openFar = (isHasty = false): EventLog => {
    const brokers = kafka.farBrokers;
    return new KafkaEventLog(isHasty ? { brokers, appendPatienceMs: HASTY_MS } : { brokers });
  };

  exclusiveFaultSuite(() => ({ link: kafka.link, near, openFar }));

  it('hold readers up for seconds only when they die without a successor, and are fenced if they were not dead', async () => {
    const topic = uniqueName('topic');
    const name = uniqueName('producer');
    await near.admin().ensureTopics([topicSpec(topic, { partitions: 1 })]);
    // The first of all waits until Kafka has made its topic of transactions.
    await (await near.exclusiveProducer(name)).close();
    const far = openFar(true);
    const valuesSeen = async (): Promise<(string | null)[]> =>
      (await readAll(near.admin(), topic, 0)).map(({ value }) => text(value)?.slice(0, 10) ?? null);
    try {
      // Until one was in the middle of an append.
      for (let afterMs = 10; ; afterMs *= 1.5) {
        const owner = await far.exclusiveProducer(name);
        const large = numbered(0, 3_000).map((record) => ({ ...record, value: Buffer.alloc(1_000, 'unfinished') }));
        const appending = owner.append(topic, large).catch((error: unknown) => error);
        await delay(afterMs);
        kafka.link.swallow();
        const before = await valuesSeen();
        await near.producer().append(topic, numbered(0, 1, 'neighbour'));
        const isHeldUp = (await valuesSeen()).length === before.length;
        if (isHeldUp) {
          await eventually('the neighbour', async () => (await valuesSeen()).at(-1) === 'neighbour-', ABORTED_AFTER_MS);
          expect(await valuesSeen()).toEqual([...before, 'neighbour-']);
          kafka.link.heal();
          const outcomes = [
            await appending,
            await owner.append(topic, numbered(0, 1)).catch((error: unknown) => error),
          ];
          expect(outcomes.at(-1)).toBeInstanceOf(FencedError);
          break;
        }
        kafka.link.heal();
        await appending;
        await owner.close();
      }
      const again = await far.exclusiveProducer(name);
      await again.append(topic, numbered(0, 1, 'again'));
      await eventually('the append', async () => (await valuesSeen()).at(-1) === 'again-0');
    } finally {
      kafka.link.heal();
      await far.close();
    }
  }, 120_000);
});
