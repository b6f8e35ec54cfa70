/** The types of JSON values, as bits. */
export const STRING = 1;
export const NUMBER = 2;
export const BOOLEAN = 4;
export const NULL = 8;
export const ARRAY = 16;
export const OBJECT = 32;
export const ANY_TYPE = STRING | NUMBER | BOOLEAN | NULL | ARRAY | OBJECT;

/** No slot: the value is checked and not kept. */
export const NOT_KEPT = -1;

const NO_BOUND = 0x3fff_ffff;

/**
 * What a value must be, as far as a scanner over bytes has to know it. A class and not a literal: all shapes share one
 * hidden class, which keeps the scanner's property reads fast.
 */
export class ValueShape {
  /** The types that the value may have, as bits. */
  types = 0;
  /** Bounds of a string's length in UTF-16 code units, both inclusive. */
  minLength = 0;
  maxLength = NO_BOUND;
  /** What a text must satisfy beyond its length; null when every text does. */
  accepts: ((text: string) => boolean) | null = null;
  /** The last text that satisfied it: most fields of this kind have the same text again and again. */
  acceptedText: string | null = null;
  /** Where the scanner keeps the value, or NOT_KEPT. */
  slot = NOT_KEPT;
  /** The value may be a text, whose length is all that matters. */
  isPlainText = false;
  /** The known fields of an object; null when it has none. */
  object: ObjectShape | null = null;
  /** What every item of an array must be; null when it may be anything. */
  items: ValueShape | null = null;
  /** A number must be a safe integer. */
  integer = false;
  /** A number must be 0 or more. */
  nonNegative = false;
  /** A number must be more than 0. */
  positive = false;
  /** Largest integer (inclusive), which is a safe one. */
  maxInteger = Number.MAX_SAFE_INTEGER;
}

/** A known field of an object. */
export class FieldShape {
  /** The field that followed this one last time: a guess that makes finding a field one comparison. */
  next: FieldShape | null = null;
  /** Number of the last object in which the field stood, to notice a field that stands there twice. */
  seenIn = 0;

  /**
   * @param tokenAt where the field's token stands in Tokens
   * @param tokenLength its length in bytes
   * @param required 1 when an object must have the field
   */
  constructor(
    readonly tokenAt: number,
    readonly tokenLength: number,
    readonly required: 0 | 1,
    readonly value: ValueShape,
  ) {}
}

/** The known fields of an object; any other field may stand there with any value. */
export class ObjectShape {
  readonly requiredCount: number;
  /** The field that stood first last time. */
  first: FieldShape | null;

  constructor(readonly fields: readonly FieldShape[]) {
    this.requiredCount = fields.filter(({ required }) => required === 1).length;
    this.first = fields[0] ?? null;
    fields.forEach((field, index) => (field.next = fields[index + 1] ?? null));
  }
}

/**
 * The tokens of all fields, `"name":` in UTF-8, in one piece of memory: a scanner compares with each of them once a record,
 * and they stay in the nearest cache when they lie together.
 */
export class Tokens {
  private readonly bytes: number[] = [];
  private readonly places = new Map<string, number>();

  /** Where the token of a field stands. Fields of one name share it. */
  place(name: string): number {
    let at = this.places.get(name);
    if (at === undefined) {
      this.places.set(name, (at = this.bytes.length));
      this.bytes.push(...new TextEncoder().encode(tokenOf(name)));
    }
    return at;
  }

  view(): DataView {
    return new DataView(Uint8Array.from(this.bytes).buffer);
  }
}

/** What stands in front of a field's value, unless somebody put white space there. */
export function tokenOf(name: string): string {
  return `"${name}":`;
}
