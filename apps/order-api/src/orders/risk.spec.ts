import { isFraudulent, riskScore } from './risk';

const harmless = {
  totalCents: 4_000,
  shippingState: 'TX',
  billingState: 'tx',
  shippingSpeed: 'standard',
  hasContact: true,
  largestQuantity: 1,
};

describe('the risk of an order', () => {
  it('is 5 when nothing is strange', () => {
    expect(riskScore(harmless)).toBe(5);
  });

  it('flags a large order sent overnight to another state', () => {
    const score = riskScore({ ...harmless, totalCents: 100_000, billingState: 'NY', shippingSpeed: 'overnight' });
    expect([score, isFraudulent(score)]).toEqual([95, true]);
  });

  it('does not flag a large order alone, and never goes above 100', () => {
    expect(isFraudulent(riskScore({ ...harmless, totalCents: 99_999_999 }))).toBe(false);
    const worst = {
      totalCents: 1e9,
      shippingState: 'TX',
      billingState: undefined,
      shippingSpeed: 'overnight',
      hasContact: false,
      largestQuantity: 50,
    };
    expect(riskScore(worst)).toBe(100);
  });

  it('takes a score above 91 as fraud and 91 itself as none', () => {
    expect([isFraudulent(91), isFraudulent(91.01)]).toEqual([false, true]);
  });
});
