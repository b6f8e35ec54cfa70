import { ORDERS_TOPIC, PARTITION_COUNT, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregator } from '../harness/aggregator';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import type { OrderFeed } from './rig/order-feed';
import { DAMAGES, type StoreDamage } from './rig/store-damage';
import { must } from './rig/verdict';
import { caughtUp, verify } from './rig/verify';

const PATIENCE_MS = 30_000;
/** Between two damages. */
const RECORDS = 24_000;
/** They come in so many parts with pauses longer than the time between two checkpoints, which fill a log of many blocks with many of them. */
const PARTS = 8;
const PAUSE_MS = 350;

/** A store to be damaged, by partition. */
interface Case {
  partition: number;
  damage: StoreDamage;
}

/**
 * F6: files of a stopped aggregator's stores are damaged. The figures are exact whatever it was: the damage is noticed, the store
 * moved aside with an alarm, and rebuilt, from the snapshot topic or without one.
 */
export async function damagedStore(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const repeats = short ? 1 : 5;
  await rig.reset();
  const rounds = repeats * 2 * Math.ceil(DAMAGES.length / PARTITION_COUNT);
  const feed = rig.feed(MIXED, (1 + rounds) * RECORDS);
  const one = await rig.aggregator('one');
  const account = rig.account();
  await feed.fill(RECORDS);
  await one.start();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const hasSnapshot of [true, false]) {
      for (let first = 0; first < DAMAGES.length; first += PARTITION_COUNT) {
        // Each kind meets each partition, one repeat after the other.
        const damages = DAMAGES.slice(first, first + PARTITION_COUNT);
        const cases = damages.map((damage, i) => ({ partition: (i + repeat) % PARTITION_COUNT, damage }));
        await fillStores(
          one,
          feed,
          cases.some(({ damage }) => damage.needsTable),
        );
        await one.stop();
        if (!hasSnapshot) await rig.topics.makeAgain([SNAPSHOT_TOPIC]);
        await tryCases(rig, one, cases, hasSnapshot);
        await verify(rig, one, account, { alarms: 'any' });
      }
    }
  }
}

/** Sees to it that each store has a log with many checkpoints, and a table if one is needed: a start makes one of the last log. */
async function fillStores(one: Aggregator, feed: OrderFeed, withTables: boolean): Promise<void> {
  await one.ready(PATIENCE_MS);
  await caughtUp(one, feed.appended);
  if (withTables) {
    await one.stop();
    await one.start();
    await one.ready(PATIENCE_MS);
  }
  for (let part = 0; part < PARTS; part++) {
    await feed.fill(RECORDS / PARTS);
    await caughtUp(one, feed.appended);
    await delay(PAUSE_MS);
  }
}

/** Damages a store in each case, starts the aggregator, and looks what it says and has moved aside. */
async function tryCases(rig: FaultRig, one: Aggregator, cases: readonly Case[], hasSnapshot: boolean): Promise<void> {
  const movedBefore = await movedAside(one);
  const done: string[] = [];
  for (const { partition, damage } of cases) done.push(await damage.inflict(one.storeDir(ORDERS_TOPIC, partition)));
  await one.start();
  await one.ready(PATIENCE_MS);
  const alarms = (await one.status())?.alarms ?? [];
  const moved = (await movedAside(one)).filter((name) => !movedBefore.includes(name));
  for (const [i, { partition, damage }] of cases.entries()) {
    const store = `${ORDERS_TOPIC}-${partition}`;
    const folder = moved.find((name) => name.startsWith(`${store}.set-aside-`));
    const alarm = alarms.find((each) => each.startsWith(`${store}:`));
    const what = `${damage.name} (${done[i]}), ${hasSnapshot ? 'with' : 'without'} a snapshot`;
    must(
      (folder === undefined) === (alarm === undefined),
      `${what}: moved aside ${folder ?? 'nothing'}, alarm ${alarm ?? 'none'}`,
    );
    must(!damage.isFatal || alarm !== undefined, `${what}: not noticed`);
    must(
      alarm === undefined || (folder !== undefined && alarm.includes(folder)),
      `${what}: the alarm does not name ${folder}: ${alarm}`,
    );
    rig.say(`${what}: ${alarm === undefined ? 'a checkpoint is left' : 'noticed, moved aside, rebuilt'}`);
  }
}

/** Names of the stores that were moved aside. */
async function movedAside(one: Aggregator): Promise<string[]> {
  return (await readdir(dirname(one.storeDir(ORDERS_TOPIC, 0)))).filter((name) => name.includes('.set-aside-'));
}
