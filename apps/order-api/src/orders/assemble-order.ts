import { type Address, type Customer, fromCents, type Order } from '@orderpulse/contracts';
import type { Price, ShippingSpeed } from './pricing';
import { isFraudulent } from './risk';

/** One line of an order, price in cents of the order's currency. */
export interface OrderLine {
  productId: string;
  name: string;
  category: string;
  priceCents: number;
  quantity: number;
  freeQuantity: number;
  /** Units left; null when the shop does not keep stock of it. */
  stock: number | null;
}

/** Everything that decides an order's document at its creation. */
export interface OrderDraft {
  orderId: string;
  /** Epoch ms. */
  createdAtMs: number;
  customer: Customer;
  lines: readonly OrderLine[];
  price: Price;
  couponNames: readonly string[];
  payment: { method: string; failed: boolean; info: Readonly<Record<string, string>> };
  shippingSpeed: ShippingSpeed;
  currency: string;
  exchangeRate: number;
  riskScore: number;
  shippingAddress: Address;
  billingAddress: Address;
  petName?: string | undefined;
  fulfillmentCenter: string;
  shippingProvider: string;
  loyalty: { tier: string; pointsUsed: number };
  subscription?: { id: string; frequency: string } | undefined;
}

const DAY_MS = 24 * 3_600_000;
const DELIVERY_DAYS: Readonly<Record<ShippingSpeed, number>> = { standard: 5, expedited: 2, overnight: 1 };

/** Epoch ms as ISO 8601 UTC. */
export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Builds the document of a new order in its full shape. Money in it is in the order's currency. */
export function assembleOrder(draft: OrderDraft): Order {
  const { price, payment } = draft;
  const status = payment.failed ? 'Payment failed' : 'Processing';
  const createdAt = iso(draft.createdAtMs);
  return {
    order_id: draft.orderId,
    customer: draft.customer,
    line_items: draft.lines.map((line, index) => ({
      line_no: index + 1,
      product: {
        product_id: line.productId,
        name: line.name,
        category: line.category,
        price: fromCents(line.priceCents),
        stock: line.stock,
        out_of_stock: line.stock === 0,
      },
      quantity: line.quantity,
      free_qty: line.freeQuantity,
    })),
    subtotal_before_promos: fromCents(price.subtotalCents),
    subtotal_after_coupon: fromCents(price.afterCouponsCents),
    shipping_cost: fromCents(price.shippingCents),
    env_fee: fromCents(price.envFeeCents),
    tax_rate: price.taxBasisPoints / 10_000,
    tax_amount: fromCents(price.taxCents),
    order_total: fromCents(price.totalCents),
    payment_info: payment.info,
    pet_name: draft.petName ?? null,
    timestamp: createdAt,
    shipping_status: status,
    expected_delivery_date: iso(draft.createdAtMs + DELIVERY_DAYS[draft.shippingSpeed] * DAY_MS),
    delivery_date: null,
    refunded: 'no',
    delivered: 'no',
    payment_status: payment.failed ? 'failed' : 'paid',
    payment_method: payment.method,
    partial_refund_amount: 0,
    coupon_codes: draft.couponNames.map((name) => ({ name })),
    fulfillment_center: draft.fulfillmentCenter,
    shipping_speed: draft.shippingSpeed,
    currency: draft.currency,
    exchange_rate: draft.exchangeRate,
    loyalty_points_used: draft.loyalty.pointsUsed,
    loyalty_tier: draft.loyalty.tier,
    risk_score: draft.riskScore,
    fraud_flag: isFraudulent(draft.riskScore),
    subscription_id: draft.subscription?.id ?? null,
    subscription_frequency: draft.subscription?.frequency ?? null,
    shipments: [],
    status_history: [{ status_id: 1, status, timestamp: createdAt }],
    tracking_number: null,
    shipping_provider: draft.shippingProvider,
    shipping_address: draft.shippingAddress,
    billing_address: draft.billingAddress,
  };
}
