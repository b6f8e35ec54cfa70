import { type Order } from '@orderpulse/contracts';
import { assembleOrder } from '../../orders/assemble-order';
import { exchangeRateOf } from '../../shop/simulation/catalogue';
import type { ReplayRow } from './replay-row';

/** The order of one row: one line item, and a total that is the row's amount exactly. `source_date` keeps the file's day. */
export function replayOrder(row: ReplayRow, orderId: string, atMs: number): Order {
  const address = { city: row.city ?? null, state: row.state ?? null };
  const { amountCents } = row;
  const order = assembleOrder({
    orderId,
    createdAtMs: atMs,
    customer: { customer_id: row.customerId, ...address },
    lines: [
      {
        productId: `${row.category}/${row.product}`.toLowerCase().replaceAll(/\s+/g, '-'),
        name: row.product,
        category: row.category,
        priceCents: Math.round(amountCents / row.quantity),
        quantity: row.quantity,
        freeQuantity: 0,
        stock: null,
      },
    ],
    price: {
      subtotalCents: amountCents,
      afterCouponsCents: amountCents,
      shippingCents: 0,
      envFeeCents: 0,
      taxBasisPoints: 0,
      taxCents: 0,
      totalCents: amountCents,
    },
    couponNames: [],
    payment: { method: 'unknown', failed: false, info: { source: 'replay' } },
    shippingSpeed: 'standard',
    currency: row.currency,
    exchangeRate: exchangeRateOf(row.currency) ?? 1,
    riskScore: 0,
    shippingAddress: address,
    billingAddress: address,
    fulfillmentCenter: 'unassigned',
    shippingProvider: 'unassigned',
    loyalty: { tier: 'none', pointsUsed: 0 },
  });
  return { ...order, source_date: row.date };
}

/**
 * Time of row `index` of `count` on [fromMs, toMs): rows are spread evenly in file order, so times never fall.
 * @returns epoch ms
 */
export function replayTimeMs(index: number, count: number, fromMs: number, toMs: number): number {
  return fromMs + Math.floor(((toMs - fromMs) * index) / count);
}
