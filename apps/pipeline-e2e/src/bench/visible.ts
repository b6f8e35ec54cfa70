import type { Overview, ShopStatus } from '@orderpulse/contracts';
import { createEventLog } from '@orderpulse/event-log';
import { setTimeout as delay } from 'node:timers/promises';
import { patch } from '../harness/api';
import { eventually } from '../harness/eventually';
import type { Product } from '../harness/product';
import { readEvents } from '../harness/topic-oracle';
import { quantile } from './rate';

const SECOND_MS = 1_000;
const WINDOW_MS = 60_000;
const SETTLE_MS = 10_000;
const POLL_MS = 10;

/** From an order's event time until /orders/overview counts it, in ms. */
export interface VisibleDelay {
  orders: number;
  medianMs: number;
  p99Ms: number;
  worstMs: number;
}

/** How many orders an overview of one fixed window had counted, and when the answer came. */
export interface Sighting {
  /** Epoch ms. */
  atMs: number;
  orders: number;
}

/** Lets the shop of a running product write at a rate, and watches one window fill through the gateway. */
export async function measureVisible(
  product: Product,
  ordersPerSecond: number,
  signal: AbortSignal,
): Promise<VisibleDelay> {
  const { urls, profile } = product;
  await patch<ShopStatus>(`${urls.orderApi}/shop`, { ordersPerSecond, paused: false });
  await delay(SETTLE_MS, undefined, { signal });
  const startMs = Math.ceil(Date.now() / SECOND_MS) * SECOND_MS;
  const endMs = startMs + WINDOW_MS;
  await delay(startMs - Date.now(), undefined, { signal });
  const sightings = await watch(`${urls.gateway}/orders/overview?asOf=${endMs}`, endMs + 2 * SECOND_MS, signal);
  await patch<ShopStatus>(`${urls.orderApi}/shop`, { paused: true });
  const log = createEventLog(
    profile === 'embedded'
      ? { kind: 'postgres', databaseUrl: urls.database }
      : { kind: 'kafka', brokers: [urls.brokers] },
  );
  try {
    const events = await eventually(() => readEvents(log));
    const times = events
      .filter(
        (event) =>
          event.event_type === 'order.created' && event.event_time_ms >= startMs && event.event_time_ms < endMs,
      )
      .map((event) => event.event_time_ms);
    return delaysOf(times, sightings);
  } finally {
    await log.close();
  }
}

/**
 * How long each order took to be counted: the k-th oldest is counted by the first answer that has k orders. Orders that
 * overtake each other between partitions change places in this, which leaves the sum of the delays as it is.
 * @throws Error when the last answer lacks orders
 */
export function delaysOf(eventTimesMs: readonly number[], sightings: readonly Sighting[]): VisibleDelay {
  const times = [...eventTimesMs].sort((a, b) => a - b);
  const last = sightings.at(-1);
  if (last?.orders !== times.length) throw new Error(`the overview counts ${last?.orders} of ${times.length} orders`);
  const delays: number[] = [];
  for (const { atMs, orders } of sightings) {
    while (delays.length < orders) delays.push(atMs - (times[delays.length] ?? NaN));
  }
  return {
    orders: times.length,
    medianMs: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    worstMs: quantile(delays, 1),
  };
}

async function watch(url: string, untilMs: number, signal: AbortSignal): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  while (Date.now() < untilMs) {
    signal.throwIfAborted();
    // The built-in client keeps its connection.
    const answer = await fetch(url);
    const overview = (await answer.json()) as Overview;
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${JSON.stringify(overview)}`);
    sightings.push({ atMs: Date.now(), orders: overview.currentTimePeriod.orders });
    await delay(POLL_MS, undefined, { signal });
  }
  return sightings;
}
