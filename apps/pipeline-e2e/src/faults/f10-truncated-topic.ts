import { ORDERS_TOPIC } from '@orderpulse/contracts';
import type { Aggregator } from '../harness/aggregator';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED, PLAIN } from './rig/mixed-orders';
import type { OrderFeed } from './rig/order-feed';
import type { TopicAccount } from './rig/topic-account';
import { must, mustEqual } from './rig/verdict';
import { caughtUp, verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const NOTICE_MS = 15_000;
const FETCH_MS = 2_000;
const EXIT_TO_START_OVER = 1;

/**
 * F10: records are gone from the topic before they were read, while the aggregator is down and while it is held up: an alarm
 * and a gap of just as many. The topic is deleted and made again, shorter or longer than it was: an alarm, and the new topic is
 * counted exactly from its beginning.
 */
export async function truncatedTopic(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const records = short ? 8_000 : 100_000;
  await gaps(rig, records);
  await madeAgainWhileRunning(rig, records);
  await madeAgainWhileDown(rig, records);
}

async function gaps(rig: FaultRig, records: number): Promise<void> {
  await rig.reset();
  const feed = rig.feed(MIXED, 5 * records);
  await feed.fill(records);
  const one = await rig.aggregator('one');
  await one.start();
  const account = rig.account();
  await verify(rig, one, account);

  await one.stop();
  const lostDown = await loseHalf(rig, feed, records);
  await one.start();
  await one.ready(PATIENCE_MS);
  await verifyGap(rig, one, account, lostDown);
  rig.say(`${lostDown} records went while it was down: alarm and gap say so`);

  one.signal('SIGSTOP');
  // What it has asked for already is answered, with nothing.
  await rig.wait(FETCH_MS);
  const lostPaused = await loseHalf(rig, feed, records);
  one.signal('SIGCONT');
  await verifyGap(rig, one, account, lostDown + lostPaused);
  rig.say(`${lostPaused} records went while it was held up: alarm and gap say so`);

  // The gap belongs to the figures for good: it must not be forgotten with the process.
  await one.stop();
  await one.start();
  await one.ready(PATIENCE_MS);
  await verifyGap(rig, one, account, lostDown + lostPaused);
}

/** Appends records and takes the older half of them away; to how many those are. */
async function loseHalf(rig: FaultRig, feed: OrderFeed, records: number): Promise<number> {
  const admin = rig.log.admin();
  const before = await admin.bounds(ORDERS_TOPIC);
  await feed.fill(records);
  const cuts = (await admin.bounds(ORDERS_TOPIC)).map(({ partition, end }) => {
    const from = before.find((each) => each.partition === partition)?.end ?? 0;
    return { partition, offset: from + Math.floor((end - from) / 2), lost: Math.floor((end - from) / 2) };
  });
  await rig.topics.truncate(ORDERS_TOPIC, cuts);
  return cuts.reduce((sum, { lost }) => sum + lost, 0);
}

async function verifyGap(rig: FaultRig, one: Aggregator, account: TopicAccount, gap: number): Promise<void> {
  await verify(rig, one, account, { gap, alarms: [`${gap} records were gone from the log before they were read`] });
  mustEqual('gaps of the account', account.partitions.reduce((sum, oracle) => sum + oracle.gap, 0), gap);
}

/** How many records the topic has that was made again, against the one before. */
const LENGTHS = [
  { words: 'shorter', share: 0.25 },
  { words: 'longer', share: 1.5 },
] as const;

async function madeAgainWhileRunning(rig: FaultRig, records: number): Promise<void> {
  for (const { words, share } of LENGTHS) {
    const one = await readTopic(rig, records);
    await rig.topics.makeAgain([ORDERS_TOPIC]);
    await rig.feed(PLAIN, records).fill(records * share);
    const { code } = await one.ended(NOTICE_MS);
    mustEqual('exit code of a process that has to start over', code, EXIT_TO_START_OVER);
    must(one.lastLines.some((line) => line.includes('deleted and made again')), `it does not say why it ends:\n${one.lastLines.join('\n')}`);
    await startsOver(rig, one, `while it ran, ${words} than it was`);
  }
}

async function madeAgainWhileDown(rig: FaultRig, records: number): Promise<void> {
  for (const { words, share } of LENGTHS) {
    const one = await readTopic(rig, records);
    await one.stop();
    await rig.topics.makeAgain([ORDERS_TOPIC]);
    await rig.feed(PLAIN, records).fill(records * share);
    await startsOver(rig, one, `while it was down, ${words} than it was`);
  }
}

/** An aggregator that has read a topic of so many records. */
async function readTopic(rig: FaultRig, records: number): Promise<Aggregator> {
  await rig.reset();
  await rig.feed(PLAIN, records).fill(records);
  const one = await rig.aggregator('one');
  await one.start();
  await verify(rig, one, rig.account());
  return one;
}

/** Its supervisor starts it: it says that it begins anew, and counts the topic that there is now. */
async function startsOver(rig: FaultRig, one: Aggregator, how: string): Promise<void> {
  await one.start();
  await one.ready(PATIENCE_MS);
  const account = rig.account();
  await verify(rig, one, account, { alarms: ['another log'] });
  mustEqual('read', (await caughtUp(one, account.read)).read, account.read);
  rig.say(`the topic was made again ${how}: alarm, and counted anew`);
}
