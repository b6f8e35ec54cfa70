import type { AggregatorStatus } from '@orderpulse/contracts';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Aggregator } from '../harness/aggregator';
import type { Sample } from '../peers/measured-process';
import type { FilledTopic } from './fill-topic';

const POLL_MS = 100;
const PATIENCE_MS = 900_000;
/** They answer between batches, on a machine that is busy throughout. */
const ANSWER_MS = 5_000;

export interface OursOptions {
  brokers: string;
  /** A new folder; its name tells the run apart. */
  folder: string;
  instances: number;
  topic: FilledTopic;
  signal: AbortSignal;
}

/** Aggregators that have read the whole topic; to be stopped by whoever gets them. */
export interface CaughtUp {
  instances: readonly Aggregator[];
  samples: readonly Sample[];
  /** Stops them cleanly, or kills them. @throws when one does not stop as it should */
  stop: () => Promise<void>;
}

/**
 * Starts window aggregators with everything on and follows them until they have read the whole topic.
 * @throws Error when one ends, or what they have counted is not what stands on the topic
 */
export async function catchUp(options: OursOptions): Promise<CaughtUp> {
  const { brokers, folder, topic, signal } = options;
  const names = Array.from({ length: options.instances }, (_, i) => `window-aggregator-${i + 1}`);
  const instances = await Promise.all(
    names.map((name) => Aggregator.create({ name, folder: join(folder, name), brokers, signal })),
  );
  try {
    await Promise.all(instances.map((instance) => instance.start()));
    const samples: Sample[] = [];
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const states = await Promise.all(instances.map((instance) => instance.status(ANSWER_MS)));
      const ended = instances.find(({ isRunning }) => !isRunning);
      if (ended) throw new Error(`${ended.name}: ${ended.lastLines.join('\n')}`);
      const account = merge(states);
      samples.push({ timeMs: performance.now(), records: account.read });
      if (account.read >= topic.records) {
        requireComplete(account, topic);
        return { instances, samples, stop: () => stopAll(instances) };
      }
      if (performance.now() > deadline)
        throw new Error(`${account.read} of ${topic.records} records after ${PATIENCE_MS} ms`);
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    await Promise.all(instances.map((instance) => instance.end()));
    throw error;
  }
}

async function stopAll(instances: readonly Aggregator[]): Promise<void> {
  try {
    await Promise.all(instances.map((instance) => instance.stop()));
  } finally {
    await Promise.all(instances.map((instance) => instance.end()));
  }
}

interface Account extends Pick<AggregatorStatus, 'read' | 'counted' | 'duplicate' | 'late' | 'deadLettered'> {
  orders: number;
  /** In cents: sums of amounts with a fraction would not be exact. */
  revenueCents: number;
}

/** The accounts of all instances as one: of each partition what the instance knows that has read most of it. */
function merge(states: readonly (AggregatorStatus | null)[]): Account {
  const furthest = new Map<number, AggregatorStatus['partitions'][number]>();
  for (const each of states.flatMap((state) => state?.partitions ?? [])) {
    if ((furthest.get(each.partition)?.read ?? -1) < each.read) furthest.set(each.partition, each);
  }
  const sum = { read: 0, counted: 0, duplicate: 0, late: 0, deadLettered: 0, orders: 0, revenueCents: 0 };
  for (const { totals, ...each } of furthest.values()) {
    for (const name of ['read', 'counted', 'duplicate', 'late', 'deadLettered'] as const) sum[name] += each[name];
    sum.orders += totals.orders;
    sum.revenueCents += Math.round(totals.revenue * 100);
  }
  return sum;
}

function requireComplete(account: Account, { records, totals }: FilledTopic): void {
  const expected: Account = {
    read: records,
    counted: records,
    duplicate: 0,
    late: 0,
    deadLettered: 0,
    orders: totals.orders,
    revenueCents: Math.round(totals.revenue * 100),
  };
  if (!isDeepStrictEqual(account, expected))
    throw new Error(
      `the aggregator counted ${JSON.stringify(account)} of a topic that holds ${JSON.stringify(expected)}`,
    );
}
