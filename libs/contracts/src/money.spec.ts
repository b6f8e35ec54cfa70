import fc from 'fast-check';
import { averageCents, fromCents, toCents } from './money';

describe('toCents', () => {
  it.each([
    [29.33, 1, 2933],
    [0.1 + 0.2, 1, 30],
    [1.005, 1, 101],
    [-1.005, 1, -101],
    [10, 1.0825, 1083],
    [1e-7, 1, 0],
    [5e-3, 1, 1],
    [1e21, 1e-15, 100_000_000],
    [0, 3, 0],
  ])('turns %p at rate %p into %p cents', (amount, rate, cents) => {
    expect(toCents(amount, rate)).toBe(cents);
  });

  it('gives back every amount of whole cents', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (cents) => toCents(fromCents(cents)) === cents || cents === 0));
  });

  it('refuses amounts that are not finite or too large to be exact', () => {
    expect(() => toCents(Number.NaN)).toThrow(RangeError);
    expect(() => toCents(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => toCents(1e15)).toThrow(RangeError);
  });
});

describe('averageCents', () => {
  it('is 0 without orders', () => {
    expect(averageCents(0, 0)).toBe(0);
  });

  it('rounds half away from zero', () => {
    expect(averageCents(5, 2)).toBe(3);
    expect(averageCents(-5, 2)).toBe(-3);
    expect(averageCents(4, 3)).toBe(1);
  });

  it('is within half a cent of the true average', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 1e6 }), (total, count) => {
        const error = BigInt(averageCents(total, count)) * BigInt(count) - BigInt(total);
        return 2n * (error < 0n ? -error : error) <= BigInt(count);
      }),
    );
  });
});
