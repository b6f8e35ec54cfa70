import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { createEventLog, type EventLog, type TopicSpec } from '@orderpulse/event-log';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the topics are those that the product declares
import { declaredTopics } from '../../../scheduler/src/engines/topics';

/** The first records of the orders topic once more, for what cannot read all of it. */
export const SAMPLE_TOPIC = `${ORDERS_TOPIC}.sample`;

const POLL_MS = 100;

/** Makes the product's topics and the sample topic, as far as they are missing. */
export async function makeTopics(log: EventLog): Promise<void> {
  const topics = declaredTopics(1);
  const orders = topics.find(({ name }) => name === ORDERS_TOPIC);
  if (!orders) throw new Error(`${ORDERS_TOPIC} is not declared`);
  const sample: TopicSpec = { ...orders, name: SAMPLE_TOPIC };
  await log.admin().ensureTopics([...topics, sample]);
}

/** Lets the next aggregators begin with nothing: every topic that aggregators write is deleted and made again. */
export async function forget(brokers: string, signal: AbortSignal): Promise<void> {
  await dropWrittenTopics(brokers, signal);
  const log = createEventLog({ kind: 'kafka', brokers: [brokers] });
  await makeTopics(log).finally(() => log.close());
}

async function dropWrittenTopics(brokers: string, signal: AbortSignal): Promise<void> {
  const written = declaredTopics(1)
    .map(({ name }) => name)
    .filter((name) => name !== ORDERS_TOPIC);
  const admin = new Kafka({ brokers: [brokers], clientId: 'bench', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: written });
    while ((await admin.listTopics()).some((name) => written.includes(name)))
      await delay(POLL_MS, undefined, { signal });
  } finally {
    await admin.disconnect();
  }
}
