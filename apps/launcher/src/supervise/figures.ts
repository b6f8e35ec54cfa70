import type { AggregatorStatus, ShopStatus } from '@orderpulse/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Output } from '../console/output';
import type { StackPlan } from '../plan/plan';

const POLL_MS = 500;
const SAY_EVERY_MS = 5_000;

async function read<T>(url: string): Promise<T | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    // Not answering is what this loop waits out; the service's own line says why.
    return null;
  }
}

/** Resolves when the past hour is back-filled and the window stores have read everything, saying how far it is. */
export async function waitForFigures(urls: StackPlan['urls'], output: Output, signal: AbortSignal): Promise<void> {
  let saidAtMs = performance.now();
  while (!signal.aborted) {
    const [shop, aggregator] = await Promise.all([
      read<ShopStatus>(`${urls.orderApi}/shop`),
      read<AggregatorStatus>(`${urls.aggregator}/status`),
    ]);
    const behindMs = shop?.state === 'backfilling' ? Math.max(0, Date.now() - shop.shopTimeMs) : 0;
    const caughtUp = aggregator !== null && aggregator.lag !== null && aggregator.lag < 1_000;
    if (shop !== null && shop.state !== 'backfilling' && caughtUp) return;
    if (performance.now() - saidAtMs >= SAY_EVERY_MS) {
      saidAtMs = performance.now();
      const left = behindMs > 0 ? `filling in the past hour, ${Math.ceil(behindMs / 60_000)} min to go` : 'reading what is on the topic';
      output.line('pipeline', `${left}; ${aggregator?.lag ?? '?'} records to read`);
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
