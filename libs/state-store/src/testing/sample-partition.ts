import { StoreView, WindowStores, type PartitionWindows, type PartitionWindowsOptions } from '@orderpulse/windowing';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TOPIC = 'FakeEcommOrders';
export const TOPIC_ID = 'EbYfP5CeRXmKcf2I4rpaYA';
/** The default store and two others: one that groups by two keys at once, one with few and long-lived slices. */
export const stores = new WindowStores([
  {
    name: 'Categories',
    window: { type: 'hopping', sizeMs: 20_000, advanceMs: 5_000, graceMs: 0 },
    groupBy: 'category',
  },
  { name: 'Day', window: { type: 'cumulative', stepMs: 3_600_000, graceMs: 0 }, groupBy: 'none' },
]);
export const windowsOptions: PartitionWindowsOptions = { stores, deduplicate: true };

/** A new folder under the system's folder for temporary files. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'state-store-'));
}

/** Reads `count` events into the partition, numbered from `from`: mostly in order, some late, some twice, some dead. */
export function readEvents(partition: PartitionWindows, from: number, count: number, baseMs = 1_700_000_000_000): void {
  for (let n = from; n < from + count; n++) {
    if (n % 53 === 52) {
      partition.readDeadLetter();
      continue;
    }
    const id = n % 17 === 16 ? n - 3 : n;
    const eventTimeMs = baseMs + n * 900 - (n % 11 === 10 ? 400_000 : 0);
    const categories = [`category-${n % 7}`, `category-${Math.floor(n / 50)}`];
    readEvent(partition, `event-${id}`, eventTimeMs, n * 7 + 1, n % 3 === 0 ? 1 : 0, categories);
  }
}

/** Reads one created order into the partition. */
export function readEvent(
  partition: PartitionWindows,
  eventId: string,
  eventTimeMs: number,
  revenueCents = 0,
  fraud = 0,
  categories: readonly string[] = [],
): void {
  const idBytes = Buffer.from(eventId);
  partition.read({
    eventId,
    idBytes,
    idStart: 0,
    idEnd: idBytes.length,
    eventTimeMs,
    figures: { orders: 1, revenueCents, fraud, delivered: 0, refunded: 0 },
    groupKeys: { state: '', categories, paymentMethod: '', loyaltyTier: '' },
  });
}

/** Everything that the partition answers: account, totals, and every window of every store and group. */
export function answersOf(partition: PartitionWindows) {
  const { counters, totals, streamTimeMs } = partition;
  const windows = stores.all.map((definition) => {
    const view = new StoreView(definition, [partition]);
    return view.groupNames().map((group) => [group, view.list(0, Number.MAX_SAFE_INTEGER, group)]);
  });
  return { counters, totals, streamTimeMs, windows };
}
