import type { ShopPreset } from '@orderpulse/contracts';

/** How a preset changes the shop. Shares are of new orders, 0 to 1. */
export interface PresetFactors {
  /** On the orders a second. */
  rate: number;
  /** Orders with a risk score above the fraud threshold. */
  fraudShare: number;
  paymentFailureShare: number;
  /** Orders that are shipped within minutes; then of these delivered, and of those refunded. */
  shippedShare: number;
  deliveredOfShipped: number;
  refundedOfDelivered: number;
  /** On the time between steps. */
  delay: number;
}

const CALM: PresetFactors = {
  rate: 1,
  fraudShare: 0.04,
  paymentFailureShare: 0.02,
  shippedShare: 0.36,
  deliveredOfShipped: 0.71,
  refundedOfDelivered: 0.4,
  delay: 1,
};

export const PRESETS: Readonly<Record<ShopPreset, PresetFactors>> = {
  calm: CALM,
  peak: { ...CALM, rate: 4, fraudShare: 0.05, paymentFailureShare: 0.03, delay: 1.5 },
  'fraud-spike': { ...CALM, rate: 1.3, fraudShare: 0.35, paymentFailureShare: 0.08, refundedOfDelivered: 0.55 },
  outage: { ...CALM, rate: 0.15, paymentFailureShare: 0.6, deliveredOfShipped: 0.2, delay: 4 },
};

const WAVE_PERIOD_MS = 20 * 60_000;
const WAVE_HEIGHT = 0.15;

/**
 * Orders a second at a moment of shop time: the rate, times the preset's factor, on a slow wave of ± 15 % whose period is
 * 20 minutes and which begins when the shop does.
 */
export function ordersPerSecondAt(rate: number, preset: ShopPreset, sinceStartMs: number): number {
  const wave = 1 + WAVE_HEIGHT * Math.sin((2 * Math.PI * sinceStartMs) / WAVE_PERIOD_MS);
  return rate * PRESETS[preset].rate * wave;
}
