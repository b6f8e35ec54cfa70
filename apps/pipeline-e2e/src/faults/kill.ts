import { type AggregatorStatus, ORDERS_TOPIC, type Overview } from '@orderpulse/contracts';
import { createEventLog } from '@orderpulse/event-log';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { patch, read } from '../harness/api';
import { eventually } from '../harness/eventually';
import { type Profile, Product } from '../harness/product';
import { periodOf, readEvents, readTopic } from '../harness/topic-oracle';
import { mustEqual } from './rig/verdict';

export interface KillOptions {
  profile: Profile;
  /** kill -9 of each of the two services. */
  times: number;
  ordersPerSecond: number;
}

const VICTIMS = ['order-producer', 'window-aggregator'] as const;
const BETWEEN_MS = 3_000;

function mustBeEqual(what: string, actual: unknown, expected: unknown): void {
  mustEqual(what, actual, expected);
  process.stdout.write(`  equal: ${what}\n`);
}

/**
 * F11: kill -9 of producer and aggregator while the shop writes, then every figure against plain addition
 * over the raw topic, and the topic against the order database's feed.
 * @throws FaultFailure when one differs
 */
export async function runKills(options: KillOptions, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'orderpulse-faults-'));
  const product = await Product.create(options.profile, folder, { SHOP_BACKFILL_MINUTES: '0' });
  const stop = (): void => void product.stop('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    await product.start(300_000);
    const { urls } = product;
    await patch(`${urls.orderApi}/shop`, { ordersPerSecond: options.ordersPerSecond });
    for (let i = 0; i < options.times * VICTIMS.length; i++) {
      const victim = VICTIMS[i % VICTIMS.length] ?? VICTIMS[0];
      await delay(BETWEEN_MS * (0.5 + Math.random()), undefined, { signal });
      const pid = await eventually(() => product.kill(victim));
      process.stdout.write(`  kill -9 ${victim} (${pid})\n`);
    }
    await patch(`${urls.orderApi}/shop`, { paused: true });
    const log = createEventLog(options.profile === 'embedded' ? { kind: 'postgres', databaseUrl: urls.database } : { kind: 'kafka', brokers: [urls.brokers] });
    try {
      await verify(product, log);
    } finally {
      await log.close();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await product.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

async function verify(product: Product, log: ReturnType<typeof createEventLog>): Promise<void> {
  const { urls } = product;
  const feedEnd = async () => (await read<{ latestSequence: number }>(`${urls.orderApi}/order-events?after=0&limit=1`)).latestSequence;
  const status = () => read<AggregatorStatus>(`${urls.aggregator}/status`);
  await eventually(async () => {
    const { read: seen } = await status();
    if (seen !== (await feedEnd())) throw new Error(`the aggregator has read ${seen} of ${await feedEnd()}`);
  }, 120_000);
  const [records, events, now] = [await readTopic(log, ORDERS_TOPIC), await readEvents(log), await status()];
  mustBeEqual('records on the topic = events of the feed', records.length, await feedEnd());
  mustBeEqual('each event once on the topic', events.length, records.length);
  mustBeEqual('read = counted', now.counted, now.read);
  const all = periodOf(events, 0, Number.MAX_SAFE_INTEGER);
  mustBeEqual('totals of the stores = addition over the topic', now.totals, {
    orders: all.orders,
    revenue: all.totalRevenue,
    fraud: all.fraudCount,
    delivered: all.deliveredCount,
    refunded: all.refundedCount,
  });
  const newest = Math.max(...events.map((event) => event.event_time_ms));
  const asOf = Math.floor(newest / 1_000) * 1_000;
  await eventually(async () => {
    for (const path of ['overview', 'overview2']) {
      const { currentTimePeriod, previousTimePeriod } = await read<Overview>(`${urls.gateway}/orders/${path}?asOf=${asOf}`);
      mustBeEqual(`/orders/${path} = addition over the topic`, { currentTimePeriod, previousTimePeriod }, {
        currentTimePeriod: periodOf(events, asOf - 60_000, asOf),
        previousTimePeriod: periodOf(events, asOf - 120_000, asOf - 60_000),
      });
    }
  });
}
