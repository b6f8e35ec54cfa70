import { DEAD_LETTER_TOPIC, LATE_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import { CLOCK_SHIFT, shiftClock, SHIFTED_CLOCK } from './rig/shifted-clock';
import { verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const LONGER_THAN_A_SESSION_MS = 8_000;
const HOUR_MS = 3_600_000;
const CENTURY_MS = 100 * 365 * 24 * HOUR_MS;
const ZONE = 'Europe/Berlin';
/** Clocks of that zone go forward, and back. */
const CHANGES = ['2025-03-30T01:00:00Z', '2025-10-26T01:00:00Z'] as const;
const BEFORE_CHANGE_MS = 60_000;

/**
 * F13: the wall clock is an hour wrong in either direction, jumps while records are read, and goes through the nights in which
 * daylight saving begins and ends. What is made of event times is the same.
 */
export async function wallClock(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const records = short ? 12_000 : 100_000;
  await rig.reset();
  // Old enough for none of them to be of the future by a clock that is an hour slow.
  const feed = rig.feed(MIXED, 4 * records, Date.now() - 4 * HOUR_MS);
  await feed.fill(records);
  for (const hours of [1, -1]) {
    await readWith(rig, `clock${hours}`, { [CLOCK_SHIFT]: String(hours * HOUR_MS) });
    rig.say(`with a clock that is ${Math.abs(hours)} h ${hours > 0 ? 'fast' : 'slow'}: the same`);
  }

  await emptyOwnTopics(rig);
  const jumping = await rig.aggregator('jumping', { preload: SHIFTED_CLOCK, groupId: `${rig.groupId}-jumping` });
  await jumping.start();
  await jumping.ready(PATIENCE_MS);
  for (const hours of [1, -1, 0]) {
    shiftClock(jumping, hours * HOUR_MS);
    await feed.fill(records / 4);
    // In full: a clock that went back does not keep the member from being heard of in the group.
    await rig.wait(short ? 500 : LONGER_THAN_A_SESSION_MS);
  }
  await verify(rig, jumping, rig.account());
  rig.say('with a clock that jumps an hour forth, two back and one forth: the same');

  for (const change of CHANGES) {
    const changeMs = Date.parse(change);
    await rig.reset(CENTURY_MS);
    await rig.feed(MIXED, records, changeMs - BEFORE_CHANGE_MS).fill(records);
    const newest = (await rig.account().catchUp()).visible.toMs;
    await readWith(rig, `zone-${change.slice(0, 7)}`, { TZ: ZONE, [CLOCK_SHIFT]: String(newest - Date.now()) });
    rig.say(`in ${ZONE} across the change of ${change}: the same`);
  }
}

/** Has an aggregator of its own group read the topic from the beginning, and compares. */
async function readWith(rig: FaultRig, name: string, env: Record<string, string>): Promise<void> {
  await emptyOwnTopics(rig);
  const aggregator = await rig.aggregator(name, { preload: SHIFTED_CLOCK, env, groupId: `${rig.groupId}-${name}` });
  await aggregator.start();
  await aggregator.ready(PATIENCE_MS);
  await verify(rig, aggregator, rig.account());
  await aggregator.stop();
}

async function emptyOwnTopics(rig: FaultRig): Promise<void> {
  await rig.topics.makeAgain([LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]);
}
