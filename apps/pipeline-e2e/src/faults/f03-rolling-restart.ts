import type { Overview, Problem } from '@orderpulse/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregator } from '../harness/aggregator';
import { eventually } from '../harness/eventually';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { MIXED } from './rig/mixed-orders';
import { inSeconds, must } from './rig/verdict';
import { verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const POLL_MS = 200;
/** So long may an answer take on a machine whose processors start services and make orders. */
const ANSWER_MS = 1_500;

/**
 * F3: two aggregators are restarted in turn, again and again, under load. At every moment one of them answers for all partitions;
 * in the end both have equal totals.
 */
export async function rollingRestart(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const rounds = short ? 3 : 20;
  const filled = short ? 10_000 : 50_000;
  const perSecond = short ? 500 : 1_000;
  await rig.reset();
  const feed = rig.feed(MIXED, filled + perSecond * rounds * 15);
  await feed.fill(filled);
  const both = [await rig.aggregator('one'), await rig.aggregator('two')];
  for (const each of both) {
    await each.start();
    await each.ready(PATIENCE_MS);
  }
  const flow = feed.flow(perSecond);
  await eventually(async () => {
    for (const each of both) must((await answersForAll(each)) === null, `${each.name} does not answer for all partitions`);
  });
  const watch = watchAnswers(both, rig.signal);
  for (let round = 1; round <= rounds; round++) {
    const times: string[] = [];
    for (const each of both) {
      const stopMs = await each.stop();
      await each.start();
      const readyMs = await each.ready(PATIENCE_MS);
      times.push(`${each.name} stopped in ${inSeconds(stopMs)}, ready after ${inSeconds(readyMs)}`);
    }
    rig.say(`round ${round} of ${rounds}: ${times.join('; ')}`);
  }
  const { polls, unanswered } = await watch.stop();
  await flow.stop();
  rig.say(`${polls} times asked, ${unanswered.length} times nobody answered for all partitions`);
  must(unanswered.length === 0, `nobody answered for all partitions:\n${unanswered.slice(0, 10).join('\n')}`);
  const account = rig.account();
  for (const each of both) await verify(rig, each, account);
}

/** Asks all of them every 200 ms whether one answers for all partitions, until told to stop. */
function watchAnswers(aggregators: readonly Aggregator[], signal: AbortSignal): { stop(): Promise<{ polls: number; unanswered: string[] }> } {
  const unanswered: string[] = [];
  const polls: Promise<void>[] = [];
  let stopped = false;
  const poll = async (beganMs: number, n: number): Promise<void> => {
    const reasons = await Promise.all(aggregators.map(answersForAll));
    if (!reasons.includes(null)) unanswered.push(`poll ${n}, ${inSeconds(performance.now() - beganMs)} later: ${reasons.join('; ')}`);
  };
  const running = (async () => {
    while (!stopped && !signal.aborted) {
      polls.push(poll(performance.now(), polls.length + 1));
      await delay(POLL_MS);
    }
    await Promise.all(polls);
  })();
  return {
    stop: async () => {
      stopped = true;
      await running;
      return { polls: polls.length, unanswered };
    },
  };
}

/** Null when it does, else what it said instead. */
async function answersForAll(aggregator: Aggregator): Promise<string | null> {
  const answer = await aggregator.get('/orders/overview', ANSWER_MS);
  if (answer === null) return `${aggregator.name} nothing`;
  if (answer.status !== 200) return `${aggregator.name} ${answer.status} ${(answer.body as Problem).code}`;
  const { partial, lag } = (answer.body as Overview).meta;
  return partial ? `${aggregator.name} 200, but partial, lag ${lag}` : null;
}
