import { BadRow, type ParsedFile, readAmountCents, readDay, readQuantity } from './replay-row';

/** Customer id, sample id, yyyymmdd, number of items, amount in USD, between spaces. */
const LINE = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\S+)\s+(\S+)\s+(\S+)\s*$/;

/** Reads the CDNOW format: fixed width, no header, one purchase a line. Empty lines are skipped. */
export function parseCdnow(text: string): ParsedFile {
  const parsed: ParsedFile = { rows: [], errors: [] };
  for (const [index, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue;
    const line = index + 1;
    try {
      const [, customer, , date, quantity, amount] = LINE.exec(source) ?? [];
      if (customer === undefined || date === undefined || quantity === undefined || amount === undefined)
        throw new BadRow('must be: customer id, sample id, yyyymmdd, number of items, amount');
      parsed.rows.push({
        line,
        customerId: `CDNOW-${customer}`,
        date: readDay(date),
        quantity: readQuantity(quantity),
        amountCents: readAmountCents(amount),
        product: 'Compact disc',
        category: 'Music',
        currency: 'USD',
      });
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      parsed.errors.push({ line, message: error.message });
    }
  }
  return parsed;
}
