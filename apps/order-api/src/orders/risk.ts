export interface RiskInput {
  /** In cents of the base currency. */
  totalCents: number;
  shippingState: string | undefined;
  billingState: string | undefined;
  shippingSpeed: string;
  hasContact: boolean;
  /** Units of the line with most units. */
  largestQuantity: number;
}

/** An order is flagged when its risk score is above this (exclusive). */
export const FRAUD_ABOVE = 91;

export const LARGE_TOTAL_CENTS = 100_000;

/**
 * The risk of a client's order, 0 to 100, the sum of: 5 always; 40 for a total of 1,000.00 USD or more; 30 when billing
 * and shipping state differ; 20 for overnight shipping; 10 without e-mail and phone; 10 for 50 units or more on one line.
 */
export function riskScore(input: RiskInput): number {
  let score = 5;
  if (input.totalCents >= LARGE_TOTAL_CENTS) score += 40;
  if (normal(input.shippingState) !== normal(input.billingState)) score += 30;
  if (input.shippingSpeed === 'overnight') score += 20;
  if (!input.hasContact) score += 10;
  if (input.largestQuantity >= 50) score += 10;
  return Math.min(score, 100);
}

/** Whether a score flags the order. */
export function isFraudulent(score: number): boolean {
  return score > FRAUD_ABOVE;
}

function normal(state: string | undefined): string {
  return (state ?? '').trim().toUpperCase();
}
