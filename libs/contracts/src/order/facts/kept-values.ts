import { BOOLEAN, STRING } from './json-shape';
import { TextCache } from './text-cache';

/** Bytes of a kept value in the scanner's memory: type, start, end and word of four bytes each, and a number of eight. */
export const KEPT_BYTES = 24;
/** Values that a repeated slot takes from one document. */
export const MAX_REPEATED = 256;

const START = 1;
const END = 2;
const WORD = 3;
const NUMBER = 2;
const INTEGERS = KEPT_BYTES / Int32Array.BYTES_PER_ELEMENT;
const NUMBERS = KEPT_BYTES / Float64Array.BYTES_PER_ELEMENT;

/** The values that a scanner was asked for, by slot. Texts stay in the document's bytes until somebody asks for one. */
export class KeptValues {
  /** The scanner's memory, which the document is in. */
  readonly bytes: Uint8Array;
  private readonly texts: TextCache;
  private readonly integers: Int32Array;
  private readonly numbers: Float64Array;

  /**
   * @param memory the scanner's memory
   * @param keptAt address of the kept values
   * @param words the texts that the scanner knows by a number
   * @param countRepeated how many values the repeated slot has
   */
  constructor(
    memory: ArrayBuffer,
    keptAt: number,
    private readonly words: readonly string[],
    private readonly countRepeated: () => number,
  ) {
    this.bytes = new Uint8Array(memory);
    this.integers = new Int32Array(memory, keptAt);
    this.numbers = new Float64Array(memory, keptAt);
    this.texts = new TextCache(this.bytes);
  }

  /** How many values the repeated slot has. */
  get repeatedCount(): number {
    return this.countRepeated();
  }

  /** Where a text starts in `bytes`. */
  start(slot: number): number {
    return this.integers[slot * INTEGERS + START] ?? 0;
  }

  /** Where a text ends in `bytes`, exclusive. */
  end(slot: number): number {
    return this.integers[slot * INTEGERS + END] ?? 0;
  }

  /** The text in a slot; undefined when there is another value or none. */
  text(slot: number, index = 0): string | undefined {
    const place = slot + index;
    if (this.integers[place * INTEGERS] !== STRING) return undefined;
    const word = this.integers[place * INTEGERS + WORD] ?? NaN;
    return this.words[word] ?? this.textAt(this.start(place), this.end(place));
  }

  /** The number in a slot; only for fields that must be one. */
  number(slot: number): number {
    return this.numbers[slot * NUMBERS + NUMBER] ?? Number.NaN;
  }

  /** True when the value in a slot is `true`. */
  isTrue(slot: number): boolean {
    return this.integers[slot * INTEGERS] === BOOLEAN && this.number(slot) === 1;
  }

  /** The text of the bytes `[start, end)`. */
  textAt(start: number, end: number): string {
    return this.texts.text(start, end);
  }
}
