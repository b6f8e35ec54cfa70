import fc from 'fast-check';
import { centsOf, formatMoney, formatMoneyCompact, formatMoneyTick } from './money';

describe('money', () => {
  it('reads every amount with two decimals back as the cents it was made from', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e14 }), (cents) => centsOf(cents / 100) === cents || cents === 0),
    );
  });

  it('writes an amount to the cent', () => {
    expect(formatMoney(195_331_245)).toBe('$1,953,312.45');
    expect(formatMoney(0)).toBe('$0.00');
  });

  it('puts the minus before the currency sign', () => {
    expect(formatMoney(-37_210)).toBe('-$372.10');
    expect(formatMoneyCompact(-37_200_000)).toBe('-$372K');
  });

  it('writes an axis as short as can be', () => {
    expect([0, 5_000_000, 125_000_000].map(formatMoneyTick)).toEqual(['$0', '$50K', '$1.25M']);
  });

  it('shortens an amount from $10,000 on, to three digits', () => {
    expect(formatMoneyCompact(999_999)).toBe('$9,999.99');
    expect(formatMoneyCompact(1_000_000)).toBe('$10.0K');
    expect(formatMoneyCompact(195_331_245)).toBe('$1.95M');
  });
});
