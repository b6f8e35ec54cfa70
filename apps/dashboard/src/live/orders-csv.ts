import type { LatestOrders } from '@orderpulse/contracts';

type LatestOrder = LatestOrders['rows'][number];

const COLUMNS = [
  'orderId',
  'timestamp',
  'customerId',
  'productsOrdered',
  'totalQuantity',
  'orderTotal',
  'currency',
] as const;

/** RFC 4180 with a header; a currency that is not known is an empty field. A text that a spreadsheet would run as a formula is kept a text by a leading quote mark. */
export function ordersCsv(rows: readonly LatestOrder[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => field(row[column] ?? '')).join(','));
  return [COLUMNS.join(','), ...lines].join('\r\n') + '\r\n';
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves the rows as latest-orders.csv. */
export function downloadCsv(rows: readonly LatestOrder[]): void {
  const url = URL.createObjectURL(new Blob([ordersCsv(rows)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'latest-orders.csv';
  link.click();
  URL.revokeObjectURL(url);
}
