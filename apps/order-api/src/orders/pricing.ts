import { findCoupon } from './coupons';
import { taxBasisPoints } from './tax';

export type ShippingSpeed = 'standard' | 'expedited' | 'overnight';

export interface PricingInput {
  /** Unit prices in cents of the order's currency. */
  lines: readonly { priceCents: number; quantity: number; category: string }[];
  couponNames: readonly string[];
  shippingSpeed: ShippingSpeed;
  /** Where it goes to: the state decides the tax. */
  state: string | undefined;
  /** Units of the base currency per unit of the order's currency. */
  exchangeRate: number;
}

/** All in cents of the order's currency. */
export interface Price {
  subtotalCents: number;
  afterCouponsCents: number;
  shippingCents: number;
  envFeeCents: number;
  taxBasisPoints: number;
  taxCents: number;
  totalCents: number;
}

/** In cents of the base currency. */
const SHIPPING_CENTS: Readonly<Record<ShippingSpeed, number>> = { standard: 599, expedited: 1_299, overnight: 2_499 };
const FREE_STANDARD_SHIPPING_FROM_CENTS = 5_000;
const ENV_FEE_CENTS = 150;
const ENV_FEE_CATEGORY = 'electronics';

/** A share of an amount in basis points, rounded half up to the cent; exact beyond 2^53 too. */
function share(cents: number, basisPoints: number): number {
  return Number((BigInt(cents) * BigInt(basisPoints) * 2n + 10_000n) / 20_000n);
}

/**
 * What an order costs, in exact cents:
 * - subtotal = Σ price × quantity;
 * - coupons as in {@link findCoupon}, never below zero;
 * - shipping 5.99 standard (free when 50.00 or more is left after coupons), 12.99 expedited, 24.99 overnight, nothing with
 *   FREESHIP;
 * - environmental fee 1.50 when a line's category is Electronics;
 * - tax of the state on what is left after coupons;
 * - total = after coupons + shipping + fee + tax.
 * Fixed amounts are in USD and are converted to the order's currency.
 */
export function priceOrder(input: PricingInput): Price {
  const inCurrency = (baseCents: number): number => Math.round(baseCents / input.exchangeRate);
  const subtotalCents = input.lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0);
  const { leftCents: afterCouponsCents, freeShipping } = applyCoupons(subtotalCents, input.couponNames, inCurrency);
  const isFree =
    freeShipping ||
    (input.shippingSpeed === 'standard' && afterCouponsCents >= inCurrency(FREE_STANDARD_SHIPPING_FROM_CENTS));
  const shippingCents = isFree ? 0 : inCurrency(SHIPPING_CENTS[input.shippingSpeed]);
  const hasElectronics = input.lines.some((line) => line.category.toLowerCase() === ENV_FEE_CATEGORY);
  const envFeeCents = hasElectronics ? inCurrency(ENV_FEE_CENTS) : 0;
  const basisPoints = taxBasisPoints(input.state);
  const taxCents = share(afterCouponsCents, basisPoints);
  return {
    subtotalCents,
    afterCouponsCents,
    shippingCents,
    envFeeCents,
    taxBasisPoints: basisPoints,
    taxCents,
    totalCents: afterCouponsCents + shippingCents + envFeeCents + taxCents,
  };
}

function applyCoupons(
  subtotalCents: number,
  names: readonly string[],
  inCurrency: (baseCents: number) => number,
): { leftCents: number; freeShipping: boolean } {
  let leftCents = subtotalCents;
  let freeShipping = false;
  for (const name of new Set(names.map((given) => given.toUpperCase()))) {
    const coupon = findCoupon(name);
    if (!coupon || leftCents < inCurrency(coupon.minimumCents)) continue;
    if (coupon.kind === 'percent') leftCents -= share(leftCents, coupon.percent * 100);
    else if (coupon.kind === 'amount') leftCents = Math.max(0, leftCents - inCurrency(coupon.cents));
    else freeShipping = true;
  }
  return { leftCents, freeShipping };
}
