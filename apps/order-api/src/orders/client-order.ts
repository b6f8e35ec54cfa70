import { type CreateOrder, type Order, toCents } from '@orderpulse/contracts';
import { assembleOrder } from './assemble-order';
import { priceOrder } from './pricing';
import { riskScore } from './risk';

const BASE_CURRENCY = 'USD';
/** What is kept of how it was paid: never an account or card number. */
const PAYMENT_NOTE = { provider: 'external' };

/**
 * The order that a client's request makes. Totals, status and fraud flag are the shop's; a missing shipping address is the
 * customer's own, a missing billing address the shipping address.
 * @param nowMs time of the order, epoch ms
 */
export function clientOrder(request: CreateOrder, orderId: string, nowMs: number): Order {
  const { customer } = request;
  const home = { street: customer.address, city: customer.city, state: customer.state, zipcode: customer.zipcode };
  const shippingAddress = request.shipping_address ?? home;
  const billingAddress = request.billing_address ?? shippingAddress;
  const lines = request.line_items.map(({ product, quantity }) => ({
    productId: product.product_id,
    name: product.name,
    category: product.category,
    priceCents: toCents(product.price),
    quantity,
    freeQuantity: 0,
    stock: null,
  }));
  const couponNames = request.coupon_codes.map((coupon) => coupon.name);
  const { state } = shippingAddress;
  const price = priceOrder({ lines, couponNames, shippingSpeed: request.shipping_speed, state, exchangeRate: 1 });
  const risk = riskScore({
    totalCents: price.totalCents,
    shippingState: state,
    billingState: billingAddress.state,
    shippingSpeed: request.shipping_speed,
    hasContact: customer.email !== undefined || customer.phone !== undefined,
    largestQuantity: Math.max(...lines.map((line) => line.quantity)),
  });
  return assembleOrder({
    orderId,
    createdAtMs: nowMs,
    customer,
    lines,
    price,
    couponNames,
    payment: { method: request.payment_method, failed: false, info: PAYMENT_NOTE },
    shippingSpeed: request.shipping_speed,
    currency: BASE_CURRENCY,
    exchangeRate: 1,
    riskScore: risk,
    shippingAddress,
    billingAddress,
    fulfillmentCenter: 'unassigned',
    shippingProvider: 'unassigned',
    loyalty: { tier: request.loyalty_tier ?? 'none', pointsUsed: 0 },
  });
}
