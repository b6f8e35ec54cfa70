import type { AggregatorStatus, Overview, ShopStatus } from '@orderpulse/contracts';
import { delayUnlessAborted } from '@orderpulse/service-kit';
import type { Output } from '../console/output';
import type { StackPlan } from '../plan/plan';

const POLL_MS = 500;
const SAY_EVERY_MS = 5_000;
/** SQL reads in steps; a difference below this is no backlog. */
const SQL_BEHIND_MS = 3_000;

async function read<T>(url: string): Promise<T | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    // Not answering is what this loop waits out; the service's own line says why.
    return null;
  }
}

/** Resolves when the past is back-filled and both the window stores and SQL have read it, saying how far it is. */
export async function waitForFigures(urls: StackPlan['urls'], output: Output, signal: AbortSignal): Promise<void> {
  let saidAtMs = performance.now();
  while (!signal.aborted) {
    const [shop, aggregator, stores, sql] = await Promise.all([
      read<ShopStatus>(`${urls.orderApi}/shop`),
      read<AggregatorStatus>(`${urls.aggregator}/status`),
      read<Overview>(`${urls.gateway}/orders/overview`),
      read<Overview>(`${urls.gateway}/orders/overview2`),
    ]);
    const behindMs = shop?.state === 'backfilling' ? Math.max(0, Date.now() - shop.shopTimeMs) : 0;
    const caughtUp = aggregator !== null && aggregator.lag !== null && aggregator.lag < 1_000;
    const sqlBehindMs = stores && sql ? (stores.meta.watermarkMs ?? 0) - (sql.meta.watermarkMs ?? 0) : Number.POSITIVE_INFINITY;
    // A paused shop makes nothing new, and what SQL had of old may have passed its retention: nothing to wait for there.
    const sqlCaughtUp = shop?.state === 'paused' || sqlBehindMs < SQL_BEHIND_MS;
    if (shop !== null && shop.state !== 'backfilling' && caughtUp && sqlCaughtUp) return;
    if (performance.now() - saidAtMs >= SAY_EVERY_MS) {
      saidAtMs = performance.now();
      const left = behindMs > 0 ? `filling in the past, ${Math.ceil(behindMs / 60_000)} min to go` : 'reading what is on the topic';
      const sqlLeft = Number.isFinite(sqlBehindMs) ? `SQL ${Math.max(0, Math.ceil(sqlBehindMs / 1_000))} s behind the stores` : 'SQL does not answer yet';
      output.line('pipeline', `${left}; ${aggregator?.lag ?? '?'} records to read, ${sqlLeft}`);
    }
    await delayUnlessAborted(POLL_MS, signal);
  }
}
