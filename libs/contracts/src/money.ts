/** A finite decimal number as an integer and a power of ten: value = digits / 10^scale. */
interface Decimal {
  digits: bigint;
  scale: number;
}

/** Reads a finite JavaScript number by its shortest decimal form, which is what JSON showed. */
function toDecimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Divides by 10^scale, rounding half away from zero. */
function roundHalfAway(digits: bigint, scale: number): bigint {
  if (scale <= 0) return digits * 10n ** BigInt(-scale);
  const divisor = 10n ** BigInt(scale);
  const magnitude = digits < 0n ? -digits : digits;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return digits < 0n ? -rounded : rounded;
}

/**
 * An amount in cents of the base currency: amount × exchangeRate × 100, rounded half away from zero once.
 * Exact on the decimal digits that the numbers show, so 1.005 gives 101 and not 100.
 * @throws RangeError when an argument is not finite or the result is no safe integer
 */
export function toCents(amount: number, exchangeRate = 1): number {
  if (!Number.isFinite(amount) || !Number.isFinite(exchangeRate)) throw new RangeError('an amount must be finite');
  const left = toDecimal(amount);
  const right = toDecimal(exchangeRate);
  const cents = Number(roundHalfAway(left.digits * right.digits, left.scale + right.scale - 2));
  if (!Number.isSafeInteger(cents)) throw new RangeError('an amount is too large to be exact');
  return cents;
}

/** Integer cents as the number with at most two decimals that goes on the wire. */
export function fromCents(cents: number): number {
  return cents / 100;
}

/** The average in cents of `totalCents` over `count`, rounded half away from zero; 0 when `count` is 0. */
export function averageCents(totalCents: number, count: number): number {
  if (count === 0) return 0;
  const doubled = BigInt(totalCents) * 2n;
  const n = BigInt(count);
  const average = doubled < 0n ? -((-doubled + n) / (2n * n)) : (doubled + n) / (2n * n);
  return Number(average);
}
