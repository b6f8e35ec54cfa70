import type { Overview, Period } from '@orderpulse/contracts';
import { centsOf } from '../format/money';

/** The six figures in whole units: counts, and cents for money. */
export interface Figures {
  orders: number;
  revenueCents: number;
  averageCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

export type FigureName = keyof Figures;

export function figuresOf(period: Period): Figures {
  return {
    orders: period.orders,
    revenueCents: centsOf(period.totalRevenue),
    averageCents: centsOf(period.avgOrderValue),
    fraud: period.fraudCount,
    delivered: period.deliveredCount,
    refunded: period.refundedCount,
  };
}

/** Stores minus SQL for one closed minute. */
export interface Agreement {
  /** End (exclusive) of the minute, epoch ms. */
  minuteEndMs: number;
  /**
   * agree: every difference is 0. differ: both have read the minute and some difference is not 0.
   * waiting: they cannot be compared yet; `reason` says why.
   */
  state: 'agree' | 'differ' | 'waiting';
  reason: string | null;
  difference: Figures;
}

/** Both paths get this long to read a minute's last events before the minute is compared. */
const SETTLE_MS = 5_000;
const MINUTE_MS = 60_000;

/** End (exclusive) of the newest minute that both paths should have read by `asOfMs`. */
export function lastClosedMinuteEnd(asOfMs: number): number {
  return Math.floor((asOfMs - SETTLE_MS) / MINUTE_MS) * MINUTE_MS;
}

/** Compares the two paths' answers about the same minute, [minuteEndMs − 60 s, minuteEndMs). */
export function compareAt(minuteEndMs: number, stores: Overview, sql: Overview): Agreement {
  const difference = subtract(figuresOf(stores.currentTimePeriod), figuresOf(sql.currentTimePeriod));
  const equal = Object.values(difference).every((value) => value === 0);
  const reason = notComparable(minuteEndMs, stores, sql, equal);
  const state = reason !== null ? 'waiting' : equal ? 'agree' : 'differ';
  return { minuteEndMs, state, reason, difference };
}

function notComparable(minuteEndMs: number, stores: Overview, sql: Overview, equal: boolean): string | null {
  if (stores.meta.source !== 'stores') return 'the stores no longer hold this minute';
  if (sql.meta.source === 'stores') return 'SQL did not answer';
  if (stores.meta.partial || sql.meta.partial) return 'an answer is partial';
  if (equal) return null;
  // An idle shop's newest event lies before the minute's end too; only a difference then means that one is behind.
  const behind = ({ meta }: Overview): boolean => (meta.lag ?? 0) > 0 && (meta.watermarkMs ?? 0) < minuteEndMs;
  if (behind(stores)) return 'the stores are still reading this minute';
  if (behind(sql)) return 'SQL is still reading this minute';
  return null;
}

function subtract(left: Figures, right: Figures): Figures {
  return {
    orders: left.orders - right.orders,
    revenueCents: left.revenueCents - right.revenueCents,
    averageCents: left.averageCents - right.averageCents,
    fraud: left.fraud - right.fraud,
    delivered: left.delivered - right.delivered,
    refunded: left.refunded - right.refunded,
  };
}
