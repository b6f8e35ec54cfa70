/** What a coupon takes off. Amounts are cents of the base currency. */
export type Coupon =
  | { kind: 'percent'; percent: number; minimumCents: number }
  | { kind: 'amount'; cents: number; minimumCents: number }
  | { kind: 'free-shipping'; minimumCents: number };

/**
 * The coupons that the shop knows. Each is applied once, in the order's own sequence, to what the coupons before it left,
 * if that is at least the minimum. A name that is not here stays on the order and takes nothing off.
 */
export const COUPONS: Readonly<Record<string, Coupon>> = {
  WELCOME10: { kind: 'percent', percent: 10, minimumCents: 0 },
  SPRING15: { kind: 'percent', percent: 15, minimumCents: 5_000 },
  SAVE20: { kind: 'percent', percent: 20, minimumCents: 10_000 },
  FIVEOFF: { kind: 'amount', cents: 500, minimumCents: 2_000 },
  TAKE25: { kind: 'amount', cents: 2_500, minimumCents: 15_000 },
  FREESHIP: { kind: 'free-shipping', minimumCents: 0 },
};

export const COUPON_NAMES = Object.keys(COUPONS);

/** Finds a coupon by its name in any case. */
export function findCoupon(name: string): Coupon | undefined {
  const key = name.toUpperCase();
  return Object.hasOwn(COUPONS, key) ? COUPONS[key] : undefined;
}
