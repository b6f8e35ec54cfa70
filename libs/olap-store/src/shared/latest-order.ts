import { fromCents, toCents, type LatestOrders } from '@orderpulse/contracts';
import { exactInteger } from './numbers';

/** A row of the orders table as both engines give it. */
export interface OrderRow {
  orderId: string;
  createdTimeMs: number;
  /** In the order's own currency. */
  orderTotal: number;
  currency: string;
  customerId: string;
  /** Units of each line item. */
  quantities: readonly number[];
}

/** A latest order as it goes on the wire; the total is rounded to the cent, in the order's own currency. */
export function toLatestOrder(row: OrderRow): LatestOrders['rows'][number] {
  return {
    orderId: row.orderId,
    timestamp: new Date(row.createdTimeMs).toISOString(),
    orderTotal: roundToCents(row.orderTotal),
    ...(row.currency === '' ? {} : { currency: row.currency }),
    customerId: row.customerId,
    productsOrdered: row.quantities.length,
    totalQuantity: exactInteger(
      row.quantities.reduce((sum, quantity) => sum + quantity, 0),
      'totalQuantity',
    ),
  };
}

/** Beyond this amount doubles have no exact cents, so there is nothing to round. */
const MAX_CENTS_AMOUNT = Number.MAX_SAFE_INTEGER / 100;

function roundToCents(amount: number): number {
  return Math.abs(amount) < MAX_CENTS_AMOUNT ? fromCents(toCents(amount)) : amount;
}
