import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import { inSeconds, must, mustTake } from './rig/verdict';
import { verify } from './rig/verify';

const READY_LIMIT_MS = 5_000;
const PATIENCE_MS = 30_000;
/** A kill comes at most so long after the process was ready, in ms. */
const LATEST_KILL_MS = 1_000;
/** Every so many kills the new process is killed once more before it is ready. */
const EARLY_KILL_EVERY = 5;

/** F1: kill -9 of the aggregator while it reads. Totals = the topic's to the cent; ready again within 5 s each time. */
export async function killed(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const kills = short ? 5 : 50;
  const filled = short ? 40_000 : 400_000;
  const perLife = short ? 4_000 : 8_000;
  await rig.reset();
  const feed = rig.feed(MIXED, filled + kills * perLife);
  await feed.fill(filled);
  rig.say(`${filled} records on the topic`);
  const one = await rig.aggregator('one');
  await one.start();
  await one.ready(PATIENCE_MS);

  let slowestMs = 0;
  let unread = 0;
  for (let i = 1; i <= kills; i++) {
    // The load of this life is made before it begins to matter, so that it does not compete for the processor.
    const load = feed.make(perLife);
    const appended = feed.append(load);
    await rig.wait(Math.random() * LATEST_KILL_MS);
    const known = await one.status();
    await one.kill();
    await appended;
    unread += known ? feed.appended - known.read : 0;
    await one.start();
    if (i % EARLY_KILL_EVERY === 0) {
      await rig.wait(200 + Math.random() * 1_000);
      await one.kill();
      await one.start();
    }
    const readyMs = await one.ready(PATIENCE_MS);
    slowestMs = Math.max(slowestMs, readyMs);
    rig.say(`kill ${i} of ${kills}, at ${known?.read ?? '?'} of ${feed.appended} records; ready again after ${inSeconds(readyMs)}`);
  }
  must(unread > 0, 'no kill came while there was something to read');
  mustTake('being ready again', slowestMs, READY_LIMIT_MS);
  await verify(rig, one, rig.account());
}
