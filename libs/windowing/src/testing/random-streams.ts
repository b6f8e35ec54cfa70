import type { OrderFacts } from '@orderpulse/contracts';
import fc from 'fast-check';
import type { OracleRecord } from './per-window-oracle';
import { factsOf } from './sample-facts';

/** Partitions that the records of a stream are of. */
export const PARTITIONS = [0, 1, 2];

/** A stream of records over several partitions, in the order in which they are read. */
export interface RandomStream {
  deduplicate: boolean;
  records: OracleRecord[];
}

/** Lengths that a stream should go about, in ms. */
export interface StreamLengths {
  sizeMs: number;
  advanceMs: number;
  graceMs: number;
  /** Times around which streams begin, beside the epoch. */
  baseMs?: number;
}

/**
 * Times relative to a moving base: near it, before it by up to size and grace and by more, on bounds of windows ± 1 ms,
 * jumps ahead.
 */
function steps({ sizeMs, advanceMs, graceMs }: StreamLengths): fc.Arbitrary<number> {
  const live = sizeMs + graceMs;
  const bounds = [
    -live - advanceMs,
    -live,
    advanceMs - live,
    -graceMs,
    -sizeMs,
    -advanceMs,
    0,
    advanceMs,
    sizeMs,
    live,
  ];
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -3 * advanceMs, max: 4 * advanceMs }) },
    { weight: 3, arbitrary: fc.integer({ min: -live - 10 * advanceMs, max: 0 }) },
    { weight: 2, arbitrary: fc.integer({ min: -3 * live, max: -graceMs + 5 * advanceMs }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...bounds), fc.integer({ min: -1, max: 1 }))
        .map(([bound, off]) => bound + off),
    },
    { weight: 1, arbitrary: fc.integer({ min: Math.floor(sizeMs / 2), max: 4 * live }) },
  );
}

/** Streams with records out of order, partly and fully late, before the first whole window, on bounds, and repeated. */
export function randomStreams(lengths: StreamLengths): fc.Arbitrary<RandomStream> {
  const { sizeMs, advanceMs, baseMs = 1_700_000_000_000 } = lengths;
  const record = fc.record({
    partition: fc.constantFrom(...PARTITIONS),
    step: steps(lengths),
    absolute: fc.option(fc.integer({ min: 0, max: sizeMs + advanceMs }), { freq: 30 }),
    sameIdAs: fc.option(fc.nat(60), { freq: 4 }),
    revenueCents: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    flags: fc.nat(15),
    state: fc.constantFrom('CA', 'NY', 'TX', '', '(none)', 'a', 'Ä'),
    paymentMethod: fc.constantFrom('card', 'CARD', 'cash', ''),
    loyaltyTier: fc.constantFrom('gold', 'silver', 'bronze', ''),
    categories: fc.array(fc.constantFrom('Toys', 'Books', 'Garden', 'toys', ''), { maxLength: 4 }),
  });
  return fc
    .record({
      start: fc.oneof(
        fc.integer({ min: 0, max: sizeMs + 10 * advanceMs }),
        fc.integer({ min: baseMs, max: baseMs + 4 * sizeMs }),
      ),
      deduplicate: fc.boolean(),
      steps: fc.array(record, { minLength: 1, maxLength: 70 }),
    })
    .map(({ start, deduplicate, steps: taken }) => {
      const newest = new Map<number, number>();
      const records = taken.map(({ step, absolute, sameIdAs, flags, ...rest }, index): OracleRecord => {
        const from = newest.get(rest.partition) ?? start;
        const timeMs = Math.max(0, absolute ?? from + step);
        newest.set(rest.partition, Math.max(from, timeMs));
        const idIndex = sameIdAs === null ? index : Math.max(0, index - sameIdAs);
        return { ...rest, ...bits(flags), timeMs, eventId: `event-${idIndex}` };
      });
      return { deduplicate, records };
    });
}

/** The record as a partition reads it. */
export function toFacts({
  eventId,
  timeMs,
  state,
  categories,
  paymentMethod,
  loyaltyTier,
  ...rest
}: OracleRecord): OrderFacts {
  const { orders, revenueCents, fraud, delivered, refunded } = rest;
  const figures = { orders, revenueCents, fraud, delivered, refunded };
  return factsOf(eventId, timeMs, figures, { state, categories, paymentMethod, loyaltyTier });
}

function bits(flags: number) {
  return { orders: flags & 1, fraud: (flags >> 1) & 1, delivered: (flags >> 2) & 1, refunded: (flags >> 3) & 1 };
}
