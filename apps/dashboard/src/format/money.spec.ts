import fc from 'fast-check';
import { centsOf, formatInCurrency, formatMoney, formatMoneyCompact, formatMoneyTick } from './money';

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

  it('writes an amount in its own currency, and without a sign where that is not known', () => {
    const written = ['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'MXN'].map((currency) => formatInCurrency(1_234.5, currency));
    expect(written).toEqual(['$1,234.50', '€1,234.50', '£1,234.50', 'CA$1,234.50', 'A$1,234.50', 'MX$1,234.50']);
    expect(formatInCurrency(1_234.5, undefined)).toBe('1,234.50');
    expect(formatInCurrency(1_234.5, 'points')).toBe('1,234.50 points');
  });
});
