import type { Order, ShopPreset } from '@orderpulse/contracts';
import { assembleOrder, type OrderLine } from '../../orders/assemble-order';
import { COUPON_NAMES } from '../../orders/coupons';
import type { PlannedStep } from '../../orders/lifecycle';
import { priceOrder, type ShippingSpeed } from '../../orders/pricing';
import { FRAUD_ABOVE } from '../../orders/risk';
import { CATALOGUE, CURRENCIES } from './catalogue';
import { someAddress, somePerson } from './people';
import { PRESETS, type PresetFactors } from './presets';
import { Random } from './random';

const SPEEDS: readonly ShippingSpeed[] = [
  'standard',
  'standard',
  'standard',
  'standard',
  'expedited',
  'expedited',
  'overnight',
];
const PAYMENT_METHODS = ['credit_card', 'credit_card', 'debit_card', 'paypal', 'gift_card', 'bank_transfer'];
const PROCESSORS = ['acme-pay', 'north-bank', 'quickledger'];
const CENTERS = ['Reno', 'Columbus', 'Dallas', 'Harrisburg', 'Savannah'];
const CARRIERS = ['BlueVan', 'Parcelway', 'Skyline Freight'];
const FREQUENCIES = ['weekly', 'monthly', 'quarterly'];

const ORDER_STREAM = 0x6f726472;
const GAP_STREAM = 0x67617073;

/** Lines of the shop's largest orders. Most have few. */
const MAX_LINES = 5;

/** The shortest time between two steps of an order's life, in ms: a slice of shop time shorter than it has one step each. */
export const MIN_STEP_DELAY_MS = 20_000;

/** The order id of the shop's order number `index` (from 0) by this seed; unique for the pair. */
export function simulatedOrderId(seed: number, index: number): string {
  return `S${seed.toString(36).toUpperCase()}-${String(index + 1).padStart(9, '0')}`;
}

/**
 * Time from order `index − 1` to order `index` in ms, not rounded: by chance between 0.1 and 1.9 of the mean.
 * @param ordersPerSecond the mean rate at that moment
 */
export function arrivalGapMs(seed: number, index: number, ordersPerSecond: number): number {
  return ((0.1 + 1.8 * new Random(seed, GAP_STREAM, index).next()) * 1_000) / ordersPerSecond;
}

export interface SimulatedOrder {
  order: Order;
  plan: PlannedStep[];
}

/**
 * Order number `index` (from 0) of the shop. The same seed, index, time and preset give the same bytes; the time only
 * appears as such.
 * @param createdAtMs epoch ms
 * @param maxLines lines of the largest orders (inclusive); the mean grows with it
 */
export function simulateOrder(
  seed: number,
  index: number,
  createdAtMs: number,
  preset: ShopPreset,
  maxLines = MAX_LINES,
): SimulatedOrder {
  const random = new Random(seed, ORDER_STREAM, index);
  const factors = PRESETS[preset];
  const person = somePerson(seed, random);
  const currency = someCurrency(random);
  const lines = someLines(random, currency.exchangeRate, maxLines);
  const shippingSpeed = random.pick(SPEEDS);
  const couponNames = random.chance(0.3) ? [random.pickPopular(COUPON_NAMES)] : [];
  if (couponNames.length > 0 && random.chance(0.15)) couponNames.push(random.pick(COUPON_NAMES));
  const isFraud = random.chance(factors.fraudShare);
  const riskScore = isFraud
    ? random.int(FRAUD_ABOVE + 1, 100)
    : Math.floor(random.next() * random.next() * FRAUD_ABOVE);
  const shippingAddress = isFraud || random.chance(0.1) ? someAddress(random) : person.address;
  const { state } = shippingAddress;
  const price = priceOrder({
    lines,
    couponNames: [...new Set(couponNames)],
    shippingSpeed,
    state: state ?? undefined,
    exchangeRate: currency.exchangeRate,
  });
  const method = random.pick(PAYMENT_METHODS);
  const failed = random.chance(factors.paymentFailureShare);
  const order = assembleOrder({
    orderId: simulatedOrderId(seed, index),
    createdAtMs,
    customer: person.customer,
    lines,
    price,
    couponNames: [...new Set(couponNames)],
    payment: {
      method,
      failed,
      info: { processor: random.pick(PROCESSORS), reference: `R${random.int(10_000_000, 99_999_999)}` },
    },
    shippingSpeed,
    currency: currency.code,
    exchangeRate: currency.exchangeRate,
    riskScore,
    shippingAddress,
    billingAddress: person.address,
    petName: person.petName ?? undefined,
    fulfillmentCenter: random.pick(CENTERS),
    shippingProvider: random.pick(CARRIERS),
    loyalty: { tier: person.loyaltyTier, pointsUsed: random.chance(0.2) ? random.int(1, 20) * 50 : 0 },
    subscription: random.chance(0.08)
      ? { id: `SUB-${random.int(1_000, 9_999)}`, frequency: random.pick(FREQUENCIES) }
      : undefined,
  });
  return { order, plan: failed ? [] : somePlan(random, factors) };
}

function someCurrency(random: Random): (typeof CURRENCIES)[number] {
  let left = random.next();
  for (const currency of CURRENCIES) {
    left -= currency.weight;
    if (left < 0) return currency;
  }
  return random.pick(CURRENCIES);
}

function someLines(random: Random, exchangeRate: number, maxLines: number): OrderLine[] {
  const count = Math.min(maxLines, 1 + Math.floor(random.next() * random.next() * (maxLines + 1)));
  const lines: OrderLine[] = [];
  while (lines.length < count) {
    const product = random.pickPopular(CATALOGUE);
    if (lines.some((line) => line.productId === product.id)) continue;
    const quantity = random.chance(0.7) ? 1 : random.int(2, 4);
    lines.push({
      productId: product.id,
      name: product.name,
      category: product.category,
      priceCents: Math.round(product.priceCents / exchangeRate),
      quantity,
      freeQuantity: quantity >= 3 && random.chance(0.3) ? 1 : 0,
      stock: random.chance(0.03) ? 0 : random.int(1, 500),
    });
  }
  return lines;
}

function somePlan(random: Random, factors: PresetFactors): PlannedStep[] {
  const after = (longestMs: number): number => Math.round(random.int(MIN_STEP_DELAY_MS, longestMs) * factors.delay);
  const plan: PlannedStep[] = [];
  if (!random.chance(factors.shippedShare)) return plan;
  plan.push({ step: 'shipped', afterMs: after(90_000) });
  if (!random.chance(factors.deliveredOfShipped)) return plan;
  plan.push({ step: 'delivered', afterMs: after(180_000) });
  if (random.chance(factors.refundedOfDelivered)) plan.push({ step: 'refunded', afterMs: after(240_000) });
  return plan;
}
