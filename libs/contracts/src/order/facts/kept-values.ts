import { BOOLEAN, NOT_KEPT, STRING } from './json-shape';
import { TextCache } from './text-cache';

/** No value: the field does not stand there. */
const ABSENT = 0;
/** Values that a repeated slot takes from one document. */
const MAX_REPEATED = 256;

/** The values that a scanner was asked for, by slot. They stay in the document's bytes until somebody asks for one. */
export class KeptValues {
  private readonly texts: TextCache;
  private readonly types: Uint8Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly numbers: Float64Array;
  private repeated = 0;

  /**
   * @param bytes the memory that the documents are in
   * @param slots number of slots
   * @param repeatedSlot the last slot when it takes a value from each item of an array, otherwise NOT_KEPT
   */
  constructor(
    readonly bytes: Uint8Array,
    private readonly slots: number,
    private readonly repeatedSlot: number = NOT_KEPT,
  ) {
    const places = slots + MAX_REPEATED;
    this.texts = new TextCache(bytes);
    this.types = new Uint8Array(places);
    this.starts = new Int32Array(places);
    this.ends = new Int32Array(places);
    this.numbers = new Float64Array(places);
  }

  /** How many values the repeated slot has. */
  get repeatedCount(): number {
    return this.repeated;
  }

  /** Where a text starts in `bytes`. */
  start(slot: number): number {
    return this.starts[slot] ?? 0;
  }

  /** Where a text ends in `bytes`, exclusive. */
  end(slot: number): number {
    return this.ends[slot] ?? 0;
  }

  /** The text in a slot; undefined when there is another value or none. */
  text(slot: number, index = 0): string | undefined {
    const place = slot + index;
    return this.types[place] === STRING ? this.textAt(this.start(place), this.end(place)) : undefined;
  }

  /** The number in a slot; only for fields that must be one. */
  number(slot: number): number {
    return this.numbers[slot] ?? Number.NaN;
  }

  /** True when the value in a slot is `true`. */
  isTrue(slot: number): boolean {
    return this.types[slot] === BOOLEAN && this.numbers[slot] === 1;
  }

  /** The text of the bytes `[start, end)`. */
  textAt(start: number, end: number): string {
    return this.texts.text(start, end);
  }

  clear(): void {
    this.repeated = 0;
    for (let slot = 0; slot < this.slots; slot++) this.types[slot] = ABSENT;
  }

  /** Keeps a text that stands at `[start, end)`. @returns false when there is no room for it */
  keepText(slot: number, start: number, end: number): boolean {
    let place = slot;
    if (slot === this.repeatedSlot) {
      if (this.repeated === MAX_REPEATED) return false;
      place += this.repeated++;
    }
    this.types[place] = STRING;
    this.starts[place] = start;
    this.ends[place] = end;
    return true;
  }

  /** Keeps a value that is no text: a number, or 1 and 0 for the booleans. */
  keep(slot: number, type: number, value: number): void {
    this.types[slot] = type;
    this.numbers[slot] = value;
  }
}
