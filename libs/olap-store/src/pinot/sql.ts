import { FIGURE_COLUMNS } from '../shared/period';
import type { Interval } from '../port';

/**
 * A number as a literal. Pinot's SQL over HTTP has no parameters; whole numbers are the only values that the named
 * queries take, so this is the one way a value gets into a statement.
 * @throws RangeError when it is no safe integer
 */
export function literal(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  return String(value);
}

/** The sums of the figure columns, in the order of FIGURE_COLUMNS. */
export const SUMS = FIGURE_COLUMNS.map((column) => `SUM(${column})`).join(', ');

/** The rows of an interval. */
export function inInterval({ fromMs, toMs }: Interval): string {
  return `event_time_ms >= ${literal(fromMs)} AND event_time_ms < ${literal(toMs)}`;
}
