import { OlapInexactError } from '../errors';

/**
 * An engine's whole number as a JavaScript number. PostgreSQL sends bigint and numeric as text, Pinot sends sums as
 * doubles, which are exact as long as they are safe integers.
 * @param name the figure, for the error
 * @throws OlapInexactError when it is no whole number or not below 2^53
 */
export function exactInteger(value: unknown, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new OlapInexactError(`${name} is not an exact whole number: ${String(value)}`);
  return number;
}

/** An engine's maximum of a time column, epoch ms; null when the engine says that there are no rows. */
export function timeOrNull(value: unknown, name: string): number | null {
  // Pinot's maximum of nothing is minus infinity, which JSON carries as text.
  if (value === null || value === undefined || value === '-Infinity' || value === Number.NEGATIVE_INFINITY) return null;
  return exactInteger(value, name);
}
