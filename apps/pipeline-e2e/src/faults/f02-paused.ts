import { PARTITION_COUNT, type Problem } from '@orderpulse/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregator, Answer } from '../harness/aggregator';
import { eventually } from '../harness/eventually';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import { inSeconds, must, mustEqual, mustTake } from './rig/verdict';
import { verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const FAILOVER_LIMIT_MS = 10_000;
const REJOIN_LIMIT_MS = 10_000;
const POLL_MS = 20;
/** A question put to the frozen process, which it finds when it wakes up. */
const WAITING_MS = 1_000;

/**
 * F2: an aggregator is frozen while records keep coming, a second one takes over, the first one wakes up. Nothing is counted twice;
 * the sleeper answers 503 until it knows what has happened, and is a member again within 10 s.
 */
export async function paused(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const pauseMs = short ? 15_000 : 45_000;
  const filled = short ? 20_000 : 100_000;
  const perSecond = short ? 1_000 : 2_000;
  await rig.reset();
  const feed = rig.feed(MIXED, filled + perSecond * 120);
  await feed.fill(filled);
  const [sleeper, other] = [await rig.aggregator('sleeper'), await rig.aggregator('other')];
  for (const each of [sleeper, other]) {
    await each.start();
    await each.ready(PATIENCE_MS);
  }
  const flow = feed.flow(perSecond);
  const owned = await eventually(async () => {
    const [a, b] = [await ownedBy(sleeper), await ownedBy(other)];
    must(a > 0 && b > 0 && a + b === PARTITION_COUNT, `${a} and ${b} partitions owned`);
    return a;
  });
  rig.say(`two aggregators share the partitions, ${perSecond} records come in every second`);

  sleeper.signal('SIGSTOP');
  const frozenAtMs = performance.now();
  await eventually(async () => mustEqual('partitions of the other one', await ownedBy(other), PARTITION_COUNT), PATIENCE_MS);
  const failoverMs = performance.now() - frozenAtMs;
  rig.say(`the owner of ${owned} partitions is frozen; the other one has them all after ${inSeconds(failoverMs)}`);
  mustTake('taking over', failoverMs, FAILOVER_LIMIT_MS);

  await rig.wait(pauseMs - (performance.now() - frozenAtMs) - WAITING_MS);
  const waiting = sleeper.get('/orders/overview', 10_000);
  await rig.wait(WAITING_MS);
  sleeper.signal('SIGCONT');
  const answers = await wakingUp(sleeper, waiting);
  rig.say(`awake after ${inSeconds(performance.now() - frozenAtMs)}: ${answers.stale} answers 503 STALE_INSTANCE, then 200 after ${inSeconds(answers.tookMs)}`);
  const rejoinMs = answers.tookMs + (await takes(() => owns(sleeper)));
  rig.say(`it owns partitions again after ${inSeconds(rejoinMs)}`);
  mustTake('joining again', rejoinMs, REJOIN_LIMIT_MS);
  const readyMs = rejoinMs + (await takes(() => isReady(sleeper)));
  mustTake('being ready again', readyMs, REJOIN_LIMIT_MS);

  await flow.stop();
  const account = rig.account();
  await verify(rig, sleeper, account);
  await verify(rig, other, account);
}

/** Until the first 200: every answer before is 503, from the very first on, the one to a question of the sleep included. */
async function wakingUp(sleeper: Aggregator, waiting: Promise<Answer | null>): Promise<{ stale: number; tookMs: number }> {
  const beganMs = performance.now();
  let stale = 0;
  const first = await Promise.all([waiting, sleeper.get('/orders/overview'), sleeper.get('/stores')]);
  for (const answer of first) {
    mustBeStale(answer);
    stale++;
  }
  for (;;) {
    const answer = await sleeper.get('/orders/overview');
    const tookMs = performance.now() - beganMs;
    if (answer?.status === 200) return { stale, tookMs };
    mustBeStale(answer);
    stale++;
    mustTake('answering again', tookMs, REJOIN_LIMIT_MS);
    await delay(POLL_MS);
  }
}

function mustBeStale(answer: Answer | null): void {
  const { code } = (answer?.body ?? {}) as Partial<Problem>;
  must(
    answer?.status === 503 && code === 'STALE_INSTANCE' && Number(answer.headers.get('retry-after')) > 0,
    `the sleeper answered ${answer?.status ?? 'nothing'}: ${JSON.stringify(answer?.body)}`,
  );
  must(answer.headers.get('content-type')?.startsWith('application/problem+json') === true, 'its 503 is no problem+json');
}

/** How many partitions it reads itself. */
async function ownedBy(aggregator: Aggregator): Promise<number> {
  const status = await aggregator.status();
  return status?.partitions.filter(({ state }) => state === 'running').length ?? 0;
}

async function owns(aggregator: Aggregator): Promise<void> {
  must((await ownedBy(aggregator)) > 0, `${aggregator.name} owns no partition`);
}

async function isReady(aggregator: Aggregator): Promise<void> {
  const answer = await aggregator.get('/health/ready');
  must(answer?.status === 200, `${aggregator.name} is not ready: ${JSON.stringify(answer?.body)}`);
}

async function takes(wait: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await eventually(wait, PATIENCE_MS);
  return performance.now() - beganMs;
}
