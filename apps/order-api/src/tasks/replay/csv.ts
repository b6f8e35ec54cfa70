import { BadRequestError } from '@orderpulse/service-kit';
import { exchangeRateOf } from '../../shop/simulation/catalogue';
import { splitCsv } from './csv-records';
import {
  BadRow,
  type ParsedFile,
  readAmountCents,
  readDay,
  readQuantity,
  readText,
  type ReplayRow,
} from './replay-row';

const REQUIRED = ['customer_id', 'date', 'quantity', 'amount'] as const;
const OPTIONAL = ['product', 'category', 'currency', 'city', 'state'] as const;
type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/**
 * Reads CSV with a header line. Columns, in any order: customer_id, date (yyyymmdd or yyyy-mm-dd), quantity (1 to 10,000),
 * amount (at most two decimals); and if wanted product, category, currency (one the shop trades in, default USD), city,
 * state.
 * @throws BadRequestError when the header is wrong: then nothing of the file can be read
 */
export function parseCsv(text: string): ParsedFile {
  const [header, ...records] = splitCsv(text);
  const columns = readHeader(header?.fields ?? []);
  const parsed: ParsedFile = { rows: [], errors: [] };
  for (const { line, fields, problem } of records) {
    try {
      if (problem !== undefined) throw new BadRow(problem);
      if (fields.length !== columns.length)
        throw new BadRow(`has ${fields.length} fields; the header has ${columns.length}`);
      const cells = new Map(columns.map((column, index) => [column, fields[index] ?? '']));
      parsed.rows.push(readRow(line, (column) => cells.get(column) ?? ''));
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      parsed.errors.push({ line, message: error.message });
    }
  }
  return parsed;
}

function readHeader(fields: readonly string[]): Column[] {
  const columns = fields.map((field) => field.toLowerCase());
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL];
  const errors = [
    ...REQUIRED.filter((column) => !columns.includes(column)).map((field) => ({
      field,
      message: 'the header lacks this column',
    })),
    ...columns
      .filter((column) => !known.includes(column))
      .map((field) => ({ field, message: 'there is no such column' })),
    ...columns
      .filter((column, index) => columns.indexOf(column) < index)
      .map((field) => ({ field, message: 'the header names it twice' })),
  ];
  if (errors.length > 0)
    throw new BadRequestError(`The header line is wrong. Columns: ${known.join(', ')}.`, errors, 'BAD_CSV_HEADER');
  return columns as Column[];
}

function readRow(line: number, cell: (column: Column) => string): ReplayRow {
  const currency = (cell('currency') || 'USD').toUpperCase();
  if (exchangeRateOf(currency) === undefined)
    throw new BadRow(`currency: the shop does not trade in "${currency.slice(0, 10)}"`);
  const optional = (column: Column): string | undefined =>
    cell(column) === '' ? undefined : readText(column, cell(column));
  return {
    line,
    customerId: readText('customer_id', cell('customer_id')),
    date: readDay(cell('date')),
    quantity: readQuantity(cell('quantity')),
    amountCents: readAmountCents(cell('amount')),
    product: optional('product') ?? 'Purchase',
    category: optional('category') ?? 'Other',
    currency,
    city: optional('city'),
    state: optional('state'),
  };
}
