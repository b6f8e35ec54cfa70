import type { OrderEvent } from '@orderpulse/contracts';
import { shopEvents, type ShopEvent } from '../../peers/shop-events';

/** Of so many records, one is of the kind; 0: none is. The first is the half of that. */
export interface Mix {
  /** A record once more, some records later. */
  duplicate: number;
  /** An event too old for all of its windows. */
  late: number;
  /** An event too old for some of its windows. */
  partlyLate: number;
  /** A record that is no order event, for each reason in turn. */
  poison: number;
}

export const PLAIN: Mix = { duplicate: 0, late: 0, partlyLate: 0, poison: 0 };
/** Everything that can happen to a stream, often enough to matter and seldom enough to be a stream still. */
export const MIXED: Mix = { duplicate: 53, late: 71, partlyLate: 61, poison: 101 };

/** A record before it has an offset. */
export interface FedRecord {
  key: string;
  value: Uint8Array | null;
  timestampMs: number;
}

const REPEATED_AFTER = 40;
const LATE_BY_MS = 660_000;
const PARTLY_LATE_BY_MS = 330_000;
const FUTURE_BY_MS = 86_400_000;
const LARGE_BYTES = 2 * 1024 * 1024;

type Poison = (event: ShopEvent) => Uint8Array | null;

const text = (value: string): Uint8Array => Buffer.from(value);
const changed = (event: ShopEvent, change: (order: OrderEvent) => object): Uint8Array => {
  const order = JSON.parse(event.json) as OrderEvent;
  return text(JSON.stringify({ ...order, ...change(order) }));
};

/** One of each reason for which a record is a dead letter. */
export const POISONS: readonly Poison[] = [
  ({ json }) => text(json.slice(0, json.length / 2)),
  () => new Uint8Array(0),
  () => null,
  (event) => changed(event, () => ({ pet_name: 'x'.repeat(LARGE_BYTES) })),
  (event) => changed(event, ({ order_total }) => ({ order_total: -order_total - 1 })),
  (event) => changed(event, ({ order_total }) => ({ order_total: String(order_total) })),
  (event) => changed(event, () => ({ event_time_ms: Date.now() + FUTURE_BY_MS })),
];

/** The simulated shop's events with what a stream has to cope with mixed in, without end. */
export function* mixedOrders(mix: Mix, seed: number, beginMs: number, ordersPerSecond: number): Generator<FedRecord, never> {
  const events = shopEvents(seed, beginMs, ordersPerSecond);
  const recent: FedRecord[] = [];
  const isDue = (i: number, every: number): boolean => every > 0 && i % every === Math.floor(every / 2);
  for (let i = 0, poisons = 0; ; i++) {
    const event = events.next().value;
    const [repeated] = recent;
    if (isDue(i, mix.poison)) {
      const poison = POISONS[poisons++ % POISONS.length] ?? (() => null);
      yield { key: event.key, value: poison(event), timestampMs: event.timeMs };
    } else if (isDue(i, mix.duplicate) && repeated) {
      yield repeated;
    } else if (isDue(i, mix.late)) {
      yield aged(event, LATE_BY_MS);
    } else if (isDue(i, mix.partlyLate)) {
      yield aged(event, PARTLY_LATE_BY_MS);
    } else {
      const record = { key: event.key, value: text(event.json), timestampMs: event.timeMs };
      recent.push(record);
      if (recent.length > REPEATED_AFTER) recent.shift();
      yield record;
    }
  }
}

function aged(event: ShopEvent, byMs: number): FedRecord {
  const timeMs = event.timeMs - byMs;
  return { key: event.key, value: changed(event, () => ({ event_time_ms: timeMs })), timestampMs: timeMs };
}
