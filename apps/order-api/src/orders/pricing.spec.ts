import fc from 'fast-check';
import { COUPON_NAMES } from './coupons';
import { priceOrder, type PricingInput } from './pricing';

const order = (overrides: Partial<PricingInput> = {}): PricingInput => ({
  lines: [{ priceCents: 1_999, quantity: 3, category: 'Books' }],
  couponNames: [],
  shippingSpeed: 'standard',
  state: 'TX',
  exchangeRate: 1,
  ...overrides,
});

describe('the price of an order', () => {
  it('adds price times quantity, shipping and tax in exact cents', () => {
    expect(priceOrder(order())).toEqual({
      subtotalCents: 5_997,
      afterCouponsCents: 5_997,
      shippingCents: 0,
      envFeeCents: 0,
      taxBasisPoints: 625,
      taxCents: 375,
      totalCents: 6_372,
    });
  });

  it('takes coupons off one after the other, each name once, and knows them in any case', () => {
    const price = priceOrder(order({ couponNames: ['welcome10', 'FIVEOFF', 'WELCOME10'] }));
    expect(price.afterCouponsCents).toBe(5_997 - 600 - 500);
  });

  it('gives nothing for an unknown coupon or below the minimum of a known one', () => {
    expect(priceOrder(order({ couponNames: ['NOBODY', 'SAVE20', 'constructor'] })).afterCouponsCents).toBe(5_997);
  });

  it('charges standard shipping below 50.00 only, and none with FREESHIP', () => {
    const small = { lines: [{ priceCents: 4_999, quantity: 1, category: 'Books' }] };
    expect(priceOrder(order(small)).shippingCents).toBe(599);
    expect(priceOrder(order({ shippingSpeed: 'overnight' })).shippingCents).toBe(2_499);
    expect(priceOrder(order({ shippingSpeed: 'overnight', couponNames: ['FREESHIP'] })).shippingCents).toBe(0);
  });

  it('adds the environmental fee once for electronics, in the currency of the order', () => {
    const lines = [1, 2].map(() => ({ priceCents: 10_000, quantity: 1, category: 'Electronics' }));
    expect(priceOrder(order({ lines })).envFeeCents).toBe(150);
    expect(priceOrder(order({ lines, exchangeRate: 0.5 })).envFeeCents).toBe(300);
  });

  it('is never negative and always the sum of its parts', () => {
    const line = fc.record({
      priceCents: fc.integer({ min: 0, max: 100_000_000 }),
      quantity: fc.integer({ min: 1, max: 10_000 }),
      category: fc.constantFrom('Books', 'Electronics'),
    });
    const input = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 20 }),
      couponNames: fc.array(fc.constantFrom(...COUPON_NAMES, 'NOBODY'), { maxLength: 6 }),
      shippingSpeed: fc.constantFrom('standard' as const, 'expedited' as const, 'overnight' as const),
      state: fc.constantFrom('TX', 'CA', 'OR', undefined),
      exchangeRate: fc.constantFrom(1, 1.08, 0.012),
    });
    fc.assert(
      fc.property(input, (given) => {
        const price = priceOrder(given);
        const { afterCouponsCents, shippingCents, envFeeCents, taxCents, totalCents } = price;
        expect(totalCents).toBe(afterCouponsCents + shippingCents + envFeeCents + taxCents);
        expect(afterCouponsCents).toBeGreaterThanOrEqual(0);
        expect(afterCouponsCents).toBeLessThanOrEqual(price.subtotalCents);
        expect(Object.values(price).every(Number.isSafeInteger)).toBe(true);
      }),
    );
  });
});
