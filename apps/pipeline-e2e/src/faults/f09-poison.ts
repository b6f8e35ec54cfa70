import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { PLAIN } from './rig/mixed-orders';
import { must } from './rig/verdict';
import { verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const POISON_EVERY = 100;

/**
 * F9: one record in a hundred is no order event: bad JSON, empty, no value, 2 MB, a negative total, a total that is text, a time in
 * the future. Each is on the topic of dead letters once per offset, whatever is killed; all others count exactly.
 */
export async function poison(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const records = short ? 20_000 : 200_000;
  const kills = short ? 3 : 10;
  await rig.reset();
  const feed = rig.feed({ ...PLAIN, poison: POISON_EVERY }, records);
  await feed.fill(records / 2);
  const one = await rig.aggregator('one');
  await one.start();
  await one.ready(PATIENCE_MS);
  for (let i = 1; i <= kills; i++) {
    const appended = feed.append(feed.make(records / 2 / kills));
    await rig.wait(Math.random() * 500);
    await one.kill();
    await appended;
    await one.start();
    await one.ready(PATIENCE_MS);
    rig.say(`kill ${i} of ${kills} at ${feed.appended} records`);
  }
  const account = await rig.account().catchUp();
  const dead = account.partitions.flatMap((oracle) => oracle.dead);
  must(dead.length >= feed.appended / POISON_EVERY - 1, `only ${dead.length} of ${feed.appended} records are poison`);
  await verify(rig, one, account);
}
