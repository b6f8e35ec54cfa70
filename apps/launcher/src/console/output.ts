/** What the launcher prints: one line per state change, each with the name of whom it is about. */
export interface Output {
  line(name: string, message: string): void;
  /** Text as it is, such as a table. */
  text(text: string): void;
}

const NAME_WIDTH = 20;

export function consoleOutput(write: (text: string) => void = (text) => process.stdout.write(text)): Output {
  return {
    line: (name, message) => write(`${name.padEnd(NAME_WIDTH)}│ ${message}\n`),
    text: (text) => write(`${text}\n`),
  };
}

/** Rows of two columns, aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** A duration for people: 850 ms, 4.2 s. */
export function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
