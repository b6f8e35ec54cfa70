/** One line of the result. */
export interface Row {
  figure: string;
  measured: string;
  /** Absent where there is nothing to reach. */
  goal?: string;
  met?: boolean;
}

/** Rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const cells = rows.map(({ figure, measured, goal, met }) => [
    figure,
    measured,
    goal ?? '',
    met === undefined ? '' : met ? 'yes' : '**no**',
  ]);
  return [['figure', 'measured', 'goal', 'met'], ['---', '---', '---', '---'], ...cells]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

/** A rate for people: `12,300/s`. */
export function perSecond(rate: number): string {
  return `${thousands(rate < 10_000 ? Math.round(rate) : Math.round(rate / 100) * 100)}/s`;
}

/** A whole number with separators, whatever the machine's language. */
export function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

/** A ratio for people: `68 ×`, `1.07 ×`. */
export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)} ×`;
}
