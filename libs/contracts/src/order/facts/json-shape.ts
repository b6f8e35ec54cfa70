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

/** What a value must be, as far as a scanner over bytes has to know it. */
export class ValueShape {
  /** The types that the value may have, as bits. */
  types = 0;
  /** Bounds of a string's length in UTF-16 code units, both inclusive. */
  minLength = 0;
  maxLength = NO_BOUND;
  /** What a text must satisfy beyond its length; null when every text does. */
  accepts: ((text: string) => boolean) | null = null;
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
export interface FieldShape {
  readonly name: string;
  /** True when an object must have the field. */
  readonly isRequired: boolean;
  readonly value: ValueShape;
}

/** The known fields of an object; any other field may stand there with any value. */
export interface ObjectShape {
  readonly fields: readonly FieldShape[];
}
