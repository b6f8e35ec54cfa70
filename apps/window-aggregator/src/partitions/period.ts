import { averageCents, fromCents, type Period } from '@orderpulse/contracts';
import type { Figures } from '@orderpulse/windowing';

/** Figures of a window as they go on the wire. */
export function toPeriod({ orders, revenueCents, fraud, delivered, refunded }: Figures): Period {
  return {
    orders,
    totalRevenue: fromCents(revenueCents),
    avgOrderValue: fromCents(averageCents(revenueCents, orders)),
    fraudCount: fraud,
    deliveredCount: delivered,
    refundedCount: refunded,
  };
}
