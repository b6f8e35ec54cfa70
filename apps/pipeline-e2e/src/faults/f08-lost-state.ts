import { ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import type { Aggregator } from '../harness/aggregator';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import { inSeconds, must, mustTake } from './rig/verdict';
import { caughtUp, verify } from './rig/verify';

const FROM_SNAPSHOT_MS = 10_000;
const FROM_SOURCE_MS = 90_000;
const PATIENCE_MS = 30_000;

/**
 * F8: the state directory is lost. Equal totals within 10 s from the snapshot topic; within 90 s from a million source records
 * where that is lost as well.
 */
export async function lostState(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const records = short ? 50_000 : 1_000_000;
  await rig.reset();
  const feed = rig.feed(MIXED, records);
  await feed.fill(records);
  rig.say(`${records} records on the topic`);
  const one = await rig.aggregator('one');
  const account = rig.account();
  await one.start();
  await caughtUp(one, records);
  await verify(rig, one, account);
  await one.stop();

  await one.forget();
  const fromSnapshotMs = await restart(one, records);
  rig.say(`its folder deleted: everything again after ${inSeconds(fromSnapshotMs)}`);
  mustTake('restoring from the snapshot', fromSnapshotMs, FROM_SNAPSHOT_MS);
  await verify(rig, one, account);
  await one.stop();

  await one.forget();
  await rig.topics.makeAgain([SNAPSHOT_TOPIC]);
  const fromSourceMs = await restart(one, records);
  rig.say(`folder and snapshot topic deleted: everything again after ${inSeconds(fromSourceMs)}`);
  mustTake(`restoring from ${records} source records`, fromSourceMs, FROM_SOURCE_MS);
  await verify(rig, one, account);
  await one.stop();

  // The proof that snapshots are complete: there is nothing else to restore from.
  await one.forget();
  const ends = await rig.log.admin().bounds(ORDERS_TOPIC);
  await rig.topics.truncate(ORDERS_TOPIC, ends.map(({ partition, end }) => ({ partition, offset: end })));
  const snapshotOnlyMs = await restart(one, records);
  rig.say(`folder and all source records deleted: everything again after ${inSeconds(snapshotOnlyMs)}`);
  mustTake('restoring from the snapshot alone', snapshotOnlyMs, FROM_SNAPSHOT_MS);
  await feed.fill(1_000);
  await verify(rig, one, account);
}

/** To the ms from the start of the process until it has counted all `records`, and is ready. */
async function restart(one: Aggregator, records: number): Promise<number> {
  const beganMs = performance.now();
  await one.start();
  const { gap } = await caughtUp(one, records);
  const tookMs = performance.now() - beganMs;
  must(gap === 0, `${one.name} misses ${gap} records`);
  await one.ready(PATIENCE_MS);
  return tookMs;
}
