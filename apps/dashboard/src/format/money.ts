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

const plain = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const byCurrency = new Map<string, Intl.NumberFormat>();

/**
 * An amount in a currency of its own: "€1,234.50", "CA$20.00".
 * @param currency ISO 4217 code; what is none stands as it is behind the bare number, and nothing when it is not known
 */
export function formatInCurrency(amount: number, currency: string | undefined): string {
  if (currency === undefined) return plain.format(amount);
  if (!/^[A-Z]{3}$/.test(currency)) return `${plain.format(amount)} ${currency}`;
  let format = byCurrency.get(currency);
  if (!format) byCurrency.set(currency, (format = new Intl.NumberFormat('en-US', { style: 'currency', currency })));
  return format.format(amount);
}
