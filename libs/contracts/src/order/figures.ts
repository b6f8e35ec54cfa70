import type { OrderEvent } from './order-event';

/** What one event adds to the figures. Each field is 0 or 1, revenueCents in cents of the base currency. */
export interface FigureDelta {
  orders: number;
  revenueCents: number;
  fraud: number;
  delivered: number;
  refunded: number;
}

const isYes = (value: string | null | undefined): boolean => value?.toLowerCase() === 'yes';

/** True for boolean true and for the text "true" in any case. */
export function isFraud(flag: boolean | string | null | undefined): boolean {
  return flag === true || (typeof flag === 'string' && flag.toLowerCase() === 'true');
}

/** The fields of an event that decide what it counts for. */
export type CountedFields = Pick<OrderEvent, 'event_type' | 'revenue_cents' | 'fraud_flag' | 'delivered' | 'refunded'>;

/** The one definition of what an event counts for; stores and SQL adapters are tested against it. */
export function figureDelta(event: CountedFields): FigureDelta {
  return writeFigureDelta(event, { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 });
}

/** The same, written over `target`, which is returned. */
export function writeFigureDelta(event: CountedFields, target: FigureDelta): FigureDelta {
  const created = event.event_type === 'order.created';
  target.orders = created ? 1 : 0;
  target.revenueCents = created ? event.revenue_cents : 0;
  target.fraud = created && isFraud(event.fraud_flag) ? 1 : 0;
  target.delivered = event.event_type === 'order.delivered' || (created && isYes(event.delivered)) ? 1 : 0;
  target.refunded = event.event_type === 'order.refunded' || (created && isYes(event.refunded)) ? 1 : 0;
  return target;
}
