/**
 * What the scanner's memory holds besides the document. TypeScript writes the shapes before the first scan and reads the kept
 * values after each (scanner-memory.ts); it knows the offsets on the right, so that a change here is a change there.
 *
 * An `@unmanaged` class is no object of AssemblyScript's but a view of the bytes at an address, like a struct in C.
 */

/** What a value must be. Addresses of shapes are never 0. */
@unmanaged
export class ValueShape {
  /** The types that the value may have, as bits. */
  types: u32; // 0
  /** What a number must be, as bits. */
  rules: u32; // 4
  /** Bounds of a text's length, both inclusive. */
  minLength: u32; // 8
  maxLength: u32; // 12
  /** The same for a text of which nothing but the length matters: `length - plainMin <= plainRange`. False for any other. */
  plainMin: u32; // 16
  plainRange: u32; // 20
  /** Where the value is kept, or NOT_KEPT. */
  slot: i32; // 24
  /** Number of the check that a text must satisfy, from 1, or NO_CHECK. */
  check: u32; // 28
  /** What an object and an array must contain. */
  object: ObjectShape; // 32
  items: ValueShape; // 36
  /** Largest integer, inclusive. */
  maxInteger: u64; // 40
}

/** The known fields of an object. */
@unmanaged
export class ObjectShape {
  /** Bits of the fields that it must have. */
  required: u64; // 0
  /** The field that stood first last time; null when there is none. */
  first: FieldShape | null; // 8
  /** The fields lie one behind the other. */
  fields: usize; // 12
  count: u32; // 16
}

/** A known field of an object. With 64 bytes it fills a line of the processor's cache. */
@unmanaged
export class FieldShape {
  /** `?"name":` with any byte for the question mark, which stands for the brace or comma in front of the field. */
  tokenLow: v128; // 0
  tokenHigh: v128; // 16
  /** One bit for each field of the object. */
  bit: u64; // 32
  /** The field that followed this one last time: a guess that makes finding a field one comparison. */
  next: FieldShape | null; // 40
  value: ValueShape; // 44
  /** Length of the token. */
  length: u32; // 48
  /** A bit for each byte of the token's 32 that is not compared: the first, and those behind its end. */
  ignored: i32; // 52
}

/** Bytes of a FieldShape. */
export const FIELD_BYTES: usize = 64;

/** A value that was kept. */
@unmanaged
export class KeptValue {
  /** Type of the value as a bit; 0 for none. */
  type: u32; // 0
  /** Where a text starts and ends (exclusive). */
  start: usize; // 4
  end: usize; // 8
  /** Number of the word that a text is, or -1. */
  word: i32; // 12
  /** The number, or 1 and 0 for the booleans. */
  number: f64; // 16
}

/** Bytes of a KeptValue. */
export const KEPT_BYTES: usize = 24;

/** A short text that was accepted. Once it is written it stays. */
@unmanaged
export class Word {
  /** The text, with zeros behind it. */
  text: v128; // 0
  /** What accepted it; null while the word is free. */
  shape: ValueShape | null; // 16
}

/** Bytes from one word to the next. */
export const WORD_BYTES: usize = 32;

/** The types of JSON values, as in json-shape.ts. */
export const STRING: u32 = 1;
export const NUMBER: u32 = 2;
export const BOOLEAN: u32 = 4;
export const NULL: u32 = 8;
export const ARRAY: u32 = 16;
export const OBJECT: u32 = 32;

/** The rules for numbers. A number without any may have an exponent and any length. */
export const NO_RULES: u32 = 0;
export const KNOWN: u32 = 1;
export const NON_NEGATIVE: u32 = 2;
export const POSITIVE: u32 = 4;
export const INTEGER: u32 = 8;
/** An integer whose value matters: it is kept or has a maximum. */
export const COUNTED: u32 = 16;

export const NO_CHECK: u32 = 0;
export const NOT_KEPT: i32 = -1;
