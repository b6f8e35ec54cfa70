import { type AggregatorStatus, ORDERS_TOPIC } from '@orderpulse/contracts';
import { join } from 'node:path';
import type { Aggregator } from '../harness/aggregator';
import { eventually } from '../harness/eventually';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { fileLimit } from './rig/file-limit';
import { MIXED } from './rig/mixed-orders';
import { TinyDisk } from './rig/tiny-disk';
import { inSeconds, must, mustEqual, mustTake } from './rig/verdict';
import { verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const RECOVERY_LIMIT_MS = 15_000;
/** For so long it is looked at without space. */
const UNREADY_MS = 2_000;
const POLL_MS = 200;
const DISK_MB = 32;

/** Takes all space away from a process, and gives it back. */
interface Space {
  take(): Promise<void>;
  give(): Promise<void>;
}

/**
 * F7: there is no space left for a checkpoint. The aggregator is not ready, its offsets do not advance, it goes on by itself when
 * there is space, and also when it was killed meanwhile; the figures are exact.
 */
export async function noSpace(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const records = short ? 10_000 : 50_000;
  await rig.reset();
  const feed = rig.feed(MIXED, 6 * records);
  const dataDir = join(rig.folder, 'disk');
  const disk = await TinyDisk.mount(dataDir, DISK_MB);
  if (disk) rig.atEnd(() => disk.unmount());
  const one = await rig.aggregator('one', { dataDir });
  const space: Space = disk ? { take: () => disk.fill(), give: () => disk.empty() } : fileLimit(() => one.pid);
  rig.say(disk ? `a disk of ${DISK_MB} MB` : 'no right to mount a small disk here: a limit of 0 bytes for files that the process writes');
  await feed.fill(records);
  await one.start();
  const account = rig.account();
  await verify(rig, one, account);

  await space.take();
  const before = await withoutSpace(rig, one, () => feed.fill(records));
  const tookMs = await recovers(one, space);
  rig.say(`not ready, and offsets stood at ${before.join(', ')}; ready ${inSeconds(tookMs)} after there was space`);
  await verify(rig, one, account);

  await space.take();
  await withoutSpace(rig, one, () => feed.fill(records));
  await one.kill();
  await feed.fill(records);
  await one.start();
  if (!disk) await space.take();
  await eventually(async () => must((await one.get('/health/live'))?.status === 200, 'without space it does not come up'), PATIENCE_MS);
  await staysUnready(rig, one);
  const againMs = await recovers(one, space);
  rig.say(`killed and started without space; ready ${inSeconds(againMs)} after there was some`);
  await verify(rig, one, account);
}

/** Lets records come until it is not ready, and then some; to the offsets at which its checkpoints stood meanwhile. */
async function withoutSpace(rig: FaultRig, one: Aggregator, load: () => Promise<void>): Promise<number[]> {
  await load();
  await eventually(async () => mustEqual('readiness without space', (await one.get('/health/ready'))?.status, 503), PATIENCE_MS);
  const before = await offsets(rig, one);
  await load();
  await staysUnready(rig, one);
  mustEqual('offsets without space', await offsets(rig, one), before);
  return before;
}

async function staysUnready(rig: FaultRig, one: Aggregator): Promise<void> {
  for (const beganMs = performance.now(); performance.now() - beganMs < UNREADY_MS; await rig.wait(POLL_MS)) {
    must(one.isRunning, `without space it does not stay up:\n${one.lastLines.join('\n')}`);
    mustEqual('readiness without space', (await one.get('/health/ready'))?.status, 503);
  }
}

/** Offsets of the checkpoints on disk, then those committed for the group. */
async function offsets(rig: FaultRig, one: Aggregator): Promise<number[]> {
  const status = await one.get('/status', 10_000);
  must(status?.status === 200, 'it does not say how it is');
  const stored = (status.body as AggregatorStatus).partitions.map(({ checkpointOffset }) => checkpointOffset);
  const committed = await rig.log.admin().committedOffsets(rig.groupId, ORDERS_TOPIC);
  return [...stored, ...committed.map(({ nextOffset }) => nextOffset ?? -1)];
}

async function recovers(one: Aggregator, space: Space): Promise<number> {
  const beganMs = performance.now();
  await space.give();
  await eventually(async () => mustEqual('readiness with space', (await one.get('/health/ready'))?.status, 200), PATIENCE_MS);
  const tookMs = performance.now() - beganMs;
  mustTake('being ready with space', tookMs, RECOVERY_LIMIT_MS);
  return tookMs;
}
