import type { FigureDelta } from '@orderpulse/contracts';

/** Figures of a slice, a window or a whole partition. Counts are records; money is whole cents of the base currency. */
export interface Figures extends Readonly<FigureDelta> {
  /** Counted events of every type, those that touch no other figure (updated, deleted) included. */
  readonly events: number;
}

/** The same figures, for an accumulator. */
export type MutableFigures = { -readonly [K in keyof Figures]: Figures[K] };

/** Column order wherever figures are laid out in an array or in bytes. */
export const FIGURE_NAMES = [
  'events',
  'orders',
  'revenueCents',
  'fraud',
  'delivered',
  'refunded',
] as const satisfies readonly (keyof Figures)[];

const { isSafeInteger } = Number;

/**
 * Most cents one store of one partition may ever have counted: 2^47 (1.4 trillion in the base currency). Sums over up to
 * 64 partitions then stay within 2^53, where doubles hold every integer exactly.
 */
export const MAX_PARTITION_REVENUE_CENTS = 2 ** 47;

/** Counting an event would leave the range in which sums of cents are exact. The event has changed nothing. */
export class FigureOverflowError extends Error {
  readonly code = 'REVENUE_OUT_OF_RANGE';
  readonly retriable = false;
  override readonly name = 'FigureOverflowError';
}

/** All figures at 0, a fresh object. */
export function zeroFigures(): MutableFigures {
  return { events: 0, orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };
}

/** Counts one event in place: nothing is checked, because every event that is counted was. */
export function addEvent(target: MutableFigures, delta: Readonly<FigureDelta>): void {
  target.events += 1;
  target.orders += delta.orders;
  target.revenueCents += delta.revenueCents;
  target.fraud += delta.fraud;
  target.delivered += delta.delivered;
  target.refunded += delta.refunded;
}

/** Adds `delta` to `target` in place. @throws FigureOverflowError when a sum is not exact any more */
export function addFigures(target: MutableFigures, delta: Figures): void {
  for (const name of FIGURE_NAMES) {
    const sum = target[name] + delta[name];
    if (!isSafeInteger(sum))
      throw new FigureOverflowError(`sum of ${name} is not exact any more: ${target[name]} + ${delta[name]}`);
    target[name] = sum;
  }
}

/** The sum of each figure over several. @throws FigureOverflowError when a sum is not exact any more */
export function sumFigures(all: Iterable<Figures>): Figures {
  const sum = zeroFigures();
  for (const figures of all) addFigures(sum, figures);
  return sum;
}

/** True when every figure is the same. */
export function equalFigures(a: Figures, b: Figures): boolean {
  return FIGURE_NAMES.every((name) => a[name] === b[name]);
}
