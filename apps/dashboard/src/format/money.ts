const full = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const compact = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});

const axis = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** A money number from the wire (at most two decimals) as integer cents; exact below 10^13 currency units. */
export function centsOf(amount: number): number {
  return Math.round(amount * 100);
}

/** Cents as "$1,953,312.45"; a negative amount is "-$372.10". */
export function formatMoney(cents: number): string {
  return full.format(cents / 100);
}

/**
 * Cents for a tile: to the cent while that is short, then "$1.95M", "-$372K". The exact amount belongs beside it.
 * @param fromCents the magnitude from which on it is shortened; default $10,000
 */
export function formatMoneyCompact(cents: number, fromCents = 1_000_000): string {
  return Math.abs(cents) < fromCents ? full.format(cents / 100) : compact.format(cents / 100);
}

/** Cents for an axis, as short as can be: "$0", "$50K", "$1.25M". */
export function formatMoneyTick(cents: number): string {
  return axis.format(cents / 100);
}
