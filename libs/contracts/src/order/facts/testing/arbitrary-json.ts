import fc from 'fast-check';

/** In which ways a text differs from what JSON.stringify writes. */
export interface JsonStyle {
  spaces: boolean;
  shuffled: boolean;
  escapes: boolean;
  oddNumbers: boolean;
  repeatedFields: boolean;
  seed: number;
}

const sometimes = fc.integer({ min: 0, max: 3 }).map((chance) => chance === 0);

export const arbitraryStyle: fc.Arbitrary<JsonStyle> = fc.record({
  spaces: sometimes,
  shuffled: sometimes,
  escapes: sometimes,
  oddNumbers: sometimes,
  repeatedFields: sometimes,
  seed: fc.nat(),
});

/** A number from 0 to `below − 1` that looks random and is the same for a seed on every run. */
export type Pick = (below: number) => number;

export function pickFrom(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

/** The value as JSON, written in the style. A field that is written twice has its own value the second time. */
export function writeJson(value: unknown, style: JsonStyle): string {
  const writer = new Writer(style, pickFrom(style.seed));
  return `${writer.space()}${writer.value(value)}${writer.space()}`;
}

class Writer {
  constructor(
    private readonly style: JsonStyle,
    private readonly pick: Pick,
  ) {}

  space(): string {
    return this.style.spaces ? (['', '', ' ', '\n  ', '\r\n\t'][this.pick(5)] ?? '') : '';
  }

  value(value: unknown): string {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (Array.isArray(value))
      return this.list(
        '[',
        ']',
        value.map((item) => this.value(item)),
      );
    if (typeof value === 'object' && value !== null) return this.list('{', '}', this.fields(value));
    return JSON.stringify(value);
  }

  private list(open: string, close: string, items: readonly string[]): string {
    const inner = items.map((item) => `${this.space()}${item}${this.space()}`).join(',');
    return `${open}${items.length === 0 ? this.space() : inner}${close}`;
  }

  private fields(object: object): string[] {
    const fields = Object.entries(object).map(([name, value]) => this.field(name, value));
    if (this.style.shuffled) fields.sort(() => this.pick(3) - 1);
    const repeated = Object.keys(object)[this.pick(20)];
    return this.style.repeatedFields && repeated !== undefined ? [this.field(repeated, null), ...fields] : fields;
  }

  private field(name: string, value: unknown): string {
    return `${this.text(name)}${this.space()}:${this.space()}${this.value(value)}`;
  }

  private text(text: string): string {
    if (!this.style.escapes) return JSON.stringify(text);
    const units = text.split('').map((unit) => {
      if (this.pick(8) === 0) return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      return unit === '/' ? '\\/' : JSON.stringify(unit).slice(1, -1);
    });
    // Units that were written one by one have surrogates as escapes, which is another way to write them.
    return `"${units.join('')}"`;
  }

  private number(value: number): string {
    if (!this.style.oddNumbers || this.pick(6) > 0) return Object.is(value, -0) ? '-0' : JSON.stringify(value);
    const ways = [value.toExponential(), value.toExponential().toUpperCase().replace('+', '')];
    if (Number.isSafeInteger(value)) ways.push(`${value}.0`, `${value}e0`, `${value}.000e-0`);
    return ways[this.pick(ways.length)] ?? '';
  }
}
