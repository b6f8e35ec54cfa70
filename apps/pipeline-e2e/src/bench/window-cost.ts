import type { OrderFacts } from '@orderpulse/contracts';
import { HoppingWindows, WindowStore } from '@orderpulse/windowing';
import { quantile } from './rate';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Long enough for slices of the long windows to expire as well. */
const EVENTS = 6_000_000;
const EVENTS_PER_SECOND = 1_000;
const ROUNDS = 15;

/** What counting an event costs, in µs. */
export interface WindowCost {
  minuteUs: number;
  hourUs: number;
}

/**
 * What a store of 60 s windows and one of 60 min windows, both every second, take to count an event: without reading,
 * decoding and deduplication, which are the same for both. Both run in turn, and the median round counts.
 */
export function measureWindowCost(): WindowCost {
  const minute: number[] = [];
  const hour: number[] = [];
  // The first round is for the compiler.
  for (let round = 0; round <= ROUNDS; round++) {
    const [minuteUs, hourUs] = [costUs(MINUTE_MS), costUs(60 * MINUTE_MS)];
    if (round === 0) continue;
    minute.push(minuteUs);
    hour.push(hourUs);
  }
  return { minuteUs: quantile(minute, 0.5), hourUs: quantile(hour, 0.5) };
}

function costUs(sizeMs: number): number {
  const store = newStore(sizeMs);
  const facts = {
    idBytes: new Uint8Array(),
    idStart: 0,
    idEnd: 0,
    eventId: '',
    eventTimeMs: 0,
    figures: { orders: 1, revenueCents: 12_345, fraud: 0, delivered: 0, refunded: 0 },
    groupKeys: { state: '', categories: [], paymentMethod: '', loyaltyTier: '' },
  };
  const begun = performance.now();
  for (let event = 0; event < EVENTS; event++) {
    // In order, but for every 16th.
    const timeMs = Math.floor((event * SECOND_MS) / EVENTS_PER_SECOND);
    facts.eventTimeMs = event % 16 === 0 ? Math.max(0, timeMs - 20 * SECOND_MS) : timeMs;
    count(store, facts, event);
  }
  return ((performance.now() - begun) * 1_000) / EVENTS;
}

function newStore(sizeMs: number): WindowStore {
  const windows = new HoppingWindows({ type: 'hopping', sizeMs, advanceMs: SECOND_MS, graceMs: 5 * MINUTE_MS });
  return new WindowStore({ name: 'bench', windows, groupBy: 'none' });
}

/** What PartitionWindows does for each of its stores. */
function count(store: WindowStore, facts: OrderFacts, event: number): void {
  if (!store.hasRoomFor(facts)) throw new Error('the sums are full');
  if (facts.eventTimeMs > store.streamTimeMs) store.advance(facts.eventTimeMs);
  if (!store.count(facts, event)) throw new Error('an event of the benchmark was late');
}
