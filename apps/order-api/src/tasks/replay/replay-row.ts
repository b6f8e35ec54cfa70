/** One purchase of a file. */
export interface ReplayRow {
  /** Line of the file, from 1. */
  line: number;
  customerId: string;
  /** The day of the purchase in the file, ISO 8601. */
  date: string;
  quantity: number;
  /** In cents of `currency`. */
  amountCents: number;
  product: string;
  category: string;
  currency: string;
  city?: string | undefined;
  state?: string | undefined;
}

export interface RowError {
  line: number;
  message: string;
}

/** The good rows of a file in file order, and what is wrong with the others. */
export interface ParsedFile {
  rows: ReplayRow[];
  errors: RowError[];
}

/** A row is wrong; the message says how. */
export class BadRow extends Error {
  readonly code = 'BAD_ROW';
  readonly retriable = false;
}

/** `yyyymmdd`, `yyyy-mm-dd` or that with a time: the day as yyyy-mm-dd. @throws BadRow when there is no such day */
export function readDay(text: string): string {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[T ])/.exec(text);
  const [, year, month, day] = match ?? [];
  const iso = `${year}-${month}-${day}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  if (!match || Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso))
    throw new BadRow(`date: "${text.slice(0, 30)}" is no day; write yyyymmdd or yyyy-mm-dd`);
  return iso;
}

/** @throws BadRow unless it is an integer from 1 to 10,000 */
export function readQuantity(text: string): number {
  const quantity = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(quantity >= 1 && quantity <= 10_000)) throw new BadRow('quantity: must be an integer from 1 to 10000');
  return quantity;
}

/** A decimal amount as cents. @throws BadRow unless it is 0 to 1,000,000,000 with at most two decimals */
export function readAmountCents(text: string): number {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text);
  const cents = match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : Number.NaN;
  if (!(cents <= 100_000_000_000)) throw new BadRow('amount: must be 0 to 1000000000 with at most two decimals');
  return cents;
}

/** @throws BadRow when it is empty or longer than `max` characters */
export function readText(name: string, text: string, max = 100): string {
  if (text === '' || text.length > max) throw new BadRow(`${name}: must have 1 to ${max} characters`);
  return text;
}
