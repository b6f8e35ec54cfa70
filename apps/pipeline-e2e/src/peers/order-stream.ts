import { createdEvent, type ShopEvent } from './shop-events';

const GRACE_MS = 300_000;
const SIZE_MS = 60_000;
const AROUND = [-1_001, -1_000, -999, -1, 0, 1, 999, 1_000, 1_001] as const;
/** Of the events that are taken at once. */
const LAST_AT_BOUNDS = 20;

/** How many events of each kind a stream has had; an event counts once, where it was meant. */
export interface StreamKinds {
  /** Not older than any before it. */
  inOrder: number;
  /** Older, but in time for all of its windows. */
  outOfOrder: number;
  /** Too late for some of its windows. */
  partlyLate: number;
  /** Too late for all of them. */
  late: number;
}

/**
 * A stream that is hard on windows, for one partition: it begins at the epoch, so that its first windows would have started
 * before it; event times jump to and around whole seconds, fall back within the grace, beyond some and beyond all windows,
 * and meet the last open window to the millisecond; events are of all types, with every spelling of yes and true.
 * The same seed gives the same bytes.
 */
export class OrderStream {
  readonly kinds: StreamKinds = { inOrder: 0, outOfOrder: 0, partlyLate: 0, late: 0 };
  private readonly random: () => number;
  private streamTimeMs = 0;
  private index = 0;

  constructor(private readonly seed: number) {
    this.random = mulberry32(seed);
  }

  /**
   * The next `count` events. The last ones are at the bounds of windows that are about to close: what became of them can be
   * seen right after them, and soon not any more.
   */
  take(count: number): ShopEvent[] {
    return Array.from({ length: count }, (_, i) => this.next(count - i <= LAST_AT_BOUNDS));
  }

  private next(atBound: boolean): ShopEvent {
    const timeMs = Math.max(0, atBound ? this.boundMs() : this.nextTimeMs());
    this.note(timeMs);
    this.streamTimeMs = Math.max(this.streamTimeMs, timeMs);
    const event = createdEvent(this.seed, this.index++, timeMs);
    return { ...event, json: JSON.stringify({ ...(JSON.parse(event.json) as object), ...this.variation() }) };
  }

  private nextTimeMs(): number {
    const now = this.streamTimeMs;
    const chance = this.random();
    if (chance < 0.55) return now + this.int(0, 180);
    if (chance < 0.6) return wholeSecond(now) + this.int(1, 3) * 1_000 + this.pick(AROUND);
    if (chance < 0.602) return now + this.int(1_000, 2 * GRACE_MS);
    if (chance < 0.75) return now - this.int(0, SIZE_MS);
    if (chance < 0.8) return now - this.int(0, GRACE_MS);
    if (chance < 0.89) return now - GRACE_MS - this.int(0, SIZE_MS);
    if (chance < 0.97) return this.boundMs();
    return now - GRACE_MS - SIZE_MS - this.int(0, 2 * SIZE_MS);
  }

  /** The newest window of an event, and its oldest, close when stream time has passed its end by the grace. */
  private boundMs(): number {
    const closedMs = this.streamTimeMs - GRACE_MS;
    return wholeSecond(this.pick([closedMs - SIZE_MS, closedMs])) + this.pick(AROUND);
  }

  private note(timeMs: number): void {
    const closedEndMs = Math.max(this.streamTimeMs, timeMs) - GRACE_MS;
    const newestEndMs = wholeSecond(timeMs) + SIZE_MS;
    const oldestEndMs = wholeSecond(Math.max(0, timeMs - SIZE_MS + 1_000)) + SIZE_MS;
    if (timeMs >= this.streamTimeMs) this.kinds.inOrder++;
    else if (newestEndMs <= closedEndMs) this.kinds.late++;
    else if (oldestEndMs <= closedEndMs) this.kinds.partlyLate++;
    else this.kinds.outOfOrder++;
  }

  private variation(): object {
    return {
      event_type: this.pick(TYPES),
      fraud_flag: this.pick([true, false, false, 'true', 'True', 'false']),
      delivered: this.pick(['no', 'no', 'yes', 'YES']),
      refunded: this.pick(['no', 'no', 'no', 'yes', 'Yes']),
      revenue_cents: this.pick([this.int(0, 100_000), this.int(0, 100_000), 0, 1, 100_000_000]),
    };
  }

  private int(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1));
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }
}

const TYPES = [
  ...Array<string>(6).fill('order.created'),
  'order.updated',
  'order.delivered',
  'order.refunded',
  'order.deleted',
] as const;

const wholeSecond = (timeMs: number): number => Math.floor(timeMs / 1_000) * 1_000;

/** A small generator of reproducible numbers, 0 ≤ x < 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
