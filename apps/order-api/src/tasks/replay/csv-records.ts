/** One record of a CSV text: its fields and the line it begins on, from 1. */
export interface CsvRecord {
  line: number;
  fields: string[];
  /** Set when the record cannot be read. */
  problem?: string;
}

/**
 * Splits CSV text (RFC 4180: commas, double quotes, doubled quotes inside, line feeds inside quotes). Fields are trimmed
 * outside quotes; empty lines are skipped.
 */
export function splitCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const end = text.length;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < end) {
    const record: CsvRecord = { line, fields: [] };
    for (;;) {
      const field = readField(text, at);
      record.fields.push(field.value);
      if (field.problem !== undefined) record.problem ??= field.problem;
      line += field.lineFeeds;
      at = field.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    at += 1;
    line += 1;
    if (record.fields.length > 1 || record.fields[0] !== '') records.push(record);
  }
  return records;
}

interface Field {
  value: string;
  /** Where the comma or line feed behind it stands, or the text's end. */
  end: number;
  lineFeeds: number;
  problem?: string;
}

function readField(text: string, start: number): Field {
  const quoted = /[^\S\n]*"/y;
  quoted.lastIndex = start;
  if (!quoted.test(text)) {
    const plain = /[^,\n]*/y;
    plain.lastIndex = start;
    const value = plain.exec(text)?.[0] ?? '';
    return { value: value.trim(), end: start + value.length, lineFeeds: 0 };
  }
  const inside = /(?:[^"]|"")*/y;
  inside.lastIndex = quoted.lastIndex;
  const raw = inside.exec(text)?.[0] ?? '';
  const lineFeeds = raw.split('\n').length - 1;
  const value = raw.replaceAll('""', '"');
  const close = quoted.lastIndex + raw.length;
  if (text[close] !== '"') return { value, end: text.length, lineFeeds, problem: 'a quote is not closed' };
  const rest = /[^,\n]*/y;
  rest.lastIndex = close + 1;
  const after = rest.exec(text)?.[0] ?? '';
  const field = { value, end: close + 1 + after.length, lineFeeds };
  return after.trim() === '' ? field : { ...field, problem: 'text stands behind a closing quote' };
}
