import { averageCents, fromCents, type Period } from '@orderpulse/contracts';
import { exactInteger } from './numbers';

/** The names of the summed columns of order_events in both engines, in the order in which every query selects them. */
export const FIGURE_COLUMNS = [
  'orders',
  'created_revenue_cents',
  'fraud_orders',
  'delivered_orders',
  'refunded_orders',
] as const;

/** Sums over order_events as whole numbers; revenue in cents of the base currency. */
export interface FigureSums {
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

/** All figures at 0. */
export const NO_FIGURES: Readonly<FigureSums> = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };

/**
 * Reads an engine's sums, given in the order of FIGURE_COLUMNS.
 * @throws OlapInexactError when one is not exact
 */
export function toFigureSums(values: readonly unknown[]): FigureSums {
  const [orders, revenueCents, fraud, delivered, refunded] = FIGURE_COLUMNS.map((name, index) =>
    exactInteger(values[index], name),
  );
  return { orders: orders!, revenueCents: revenueCents!, fraud: fraud!, delivered: delivered!, refunded: refunded! };
}

/** The six figures as they go on the wire; the average is rounded to the cent and 0 without orders. */
export function toPeriod(sums: FigureSums): Period {
  return {
    orders: sums.orders,
    totalRevenue: fromCents(sums.revenueCents),
    avgOrderValue: fromCents(averageCents(sums.revenueCents, sums.orders)),
    fraudCount: sums.fraud,
    deliveredCount: sums.delivered,
    refundedCount: sums.refunded,
  };
}
