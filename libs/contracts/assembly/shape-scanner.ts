/**
 * The scanner's inner part, in AssemblyScript: TypeScript's syntax with the types of WebAssembly, compiled by compile.mjs
 * to src/order/facts/scanner-module.ts. shape-scanner.ts there is its door and says what it promises.
 *
 * Most of the work is to compare: the field that is expected with what stands there, 32 bytes at once, and the bytes of a
 * text with those that end it, 16 at once.
 */
import {
  integerAt,
  isZero,
  skipEscape,
  skipExponent,
  skipFraction,
  skipPlain,
  skipSpace,
  skipWhole,
} from './json-bytes';
import {
  ARRAY,
  BOOLEAN,
  COUNTED,
  FIELD_BYTES,
  FieldShape,
  INTEGER,
  KEPT_BYTES,
  KeptValue,
  NO_CHECK,
  NO_RULES,
  NON_NEGATIVE,
  NOT_KEPT,
  NULL,
  NUMBER,
  OBJECT,
  ObjectShape,
  POSITIVE,
  STRING,
  ValueShape,
} from './memory-layout';
import { acceptedWord, REFUSED, setUpWords } from './words';

/** In place of a position: the scanner is not sure. No value ends at 0. */
const UNSURE: usize = 0;

/** What a scan comes to. */
const NOT_ACCEPTED: i32 = 0;
const ACCEPTED_ASCII: i32 = 1;
const ACCEPTED: i32 = 2;

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
const COLON: u8 = 0x3a;
const OPEN_BRACKET: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const CLOSE_BRACKET: u8 = 0x5d;
const LOWER_E: u8 = 0x65;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const BEYOND_ASCII: u8 = 0x80;

/** Four letters as a little-endian word: `true`, `null`, `fals`. */
const TRUE_LETTERS: u32 = 0x65757274;
const NULL_LETTERS: u32 = 0x6c6c756e;
const FALS_LETTERS: u32 = 0x736c6166;
const TWO_UNDERSCORES: u16 = 0x5f5f;

/** Arrays and objects within each other; deeper ones are left to a parser. */
const MAX_DEPTH: i32 = 64;
/** A number of so many characters without an exponent is finite, and not 0 for being too small. */
const MAX_NUMBER_LENGTH: usize = 40;
/** No integer of more digits is safe. Those of fewer are. */
const MAX_SAFE_DIGITS: usize = 16;
/** Values that a repeated slot takes from one document. */
const MAX_REPEATED: i32 = 256;

/** 32 bits that are set. */
const ALL: i32 = -1;

// Addresses of what lies in memory.
let root: ValueShape = changetype<ValueShape>(0);
let anything: ValueShape = changetype<ValueShape>(0);
let kept: usize = 0;

let slots: i32 = 0;
let repeatedSlot: i32 = NOT_KEPT;

// What is known of the document so far.
let depth: i32 = 0;
let escapes: i32 = 0;
let repeated: i32 = 0;
let isAscii: bool = true;
/** The field that findField found. */
let found: FieldShape | null = null;

/**
 * Tells where everything lies, before the first scan.
 * @param rootAt what a document must be
 * @param anythingAt the shape of values that nothing is known of
 * @param keptAt where to keep values, with room for all slots and MAX_REPEATED more
 * @param slotCount number of slots
 * @param repeatedSlotOrNone the last slot when it takes a value from each item of an array, otherwise NOT_KEPT
 * @param wordsAt room for 1,024 words
 */
export function setUp(
  rootAt: usize,
  anythingAt: usize,
  keptAt: usize,
  slotCount: i32,
  repeatedSlotOrNone: i32,
  wordsAt: usize,
): void {
  root = changetype<ValueShape>(rootAt);
  anything = changetype<ValueShape>(anythingAt);
  kept = keptAt;
  slots = slotCount;
  repeatedSlot = repeatedSlotOrNone;
  setUpWords(wordsAt);
}

/** How many values the repeated slot took from the last document. */
export function repeatedCount(): i32 {
  return repeated;
}

/** Scans the document at `[start, end)`; there must be 64 bytes of room behind it. */
export function scan(start: usize, end: usize): i32 {
  store<u8>(end, 0);
  depth = 0;
  escapes = 0;
  repeated = 0;
  isAscii = true;
  for (let slot = 0; slot < slots; slot++) keptAt(slot).type = 0;
  const at = readValue(root, skipSpace(start));
  if (at == UNSURE || skipSpace(at) != end) return NOT_ACCEPTED;
  return isAscii ? ACCEPTED_ASCII : ACCEPTED;
}

function keptAt(slot: i32): KeptValue {
  return changetype<KeptValue>(kept + <usize>slot * KEPT_BYTES);
}

/** Reads the value at `at`. This and the other reading functions return the position behind what they read, or UNSURE. */
function readValue(shape: ValueShape, at: usize): usize {
  const byte = load<u8>(at);
  if (byte == QUOTE) return readText(shape, at + 1);
  if (byte == MINUS || (byte >= ZERO && byte <= NINE)) return inline.always(readNumber(shape, at));
  if (byte == OPEN_BRACE) return (shape.types & OBJECT) == 0 ? UNSURE : readObject(shape.object, at);
  if (byte == OPEN_BRACKET) return (shape.types & ARRAY) == 0 ? UNSURE : readArray(shape.items, at + 1);
  return inline.always(readLiteral(shape, at));
}

function readLiteral(shape: ValueShape, at: usize): usize {
  const letters = load<u32>(at);
  let type = BOOLEAN;
  let end = at + 4;
  if (letters == NULL_LETTERS) type = NULL;
  else if (letters == FALS_LETTERS && load<u8>(at, 4) == LOWER_E) end = at + 5;
  else if (letters != TRUE_LETTERS) return UNSURE;
  if ((shape.types & type) == 0) return UNSURE;
  if (shape.slot != NOT_KEPT) keepNumber(shape.slot, type, letters == TRUE_LETTERS ? 1 : 0);
  return end;
}

/** Reads a text from behind its quote: the usual case only, which is short. */
function readText(shape: ValueShape, start: usize): usize {
  const end = skipPlain(start);
  const length = <u32>(end - start);
  if (load<u8>(end) == QUOTE && length - shape.plainMin <= shape.plainRange) return end + 1;
  return readOtherText(shape, start, end);
}

/** Reads a text that starts at `start` and is plain up to `from`. */
function readOtherText(shape: ValueShape, start: usize, from: usize): usize {
  if ((shape.types & STRING) == 0) return UNSURE;
  const escapesBefore = escapes;
  const end = endOfText(from);
  if (end == UNSURE) return UNSURE;
  const length = <u32>(end - start);
  // A text that is not plain has fewer UTF-16 code units than bytes, though at least one.
  if (length < shape.minLength || length > shape.maxLength || (end != from && shape.minLength > 1)) return UNSURE;
  if (shape.check == NO_CHECK && shape.slot == NOT_KEPT) return end + 1;
  if (escapes != escapesBefore) return UNSURE;
  const word = acceptedWord(shape, start, end);
  if (word == REFUSED) return UNSURE;
  return shape.slot == NOT_KEPT || keepText(shape.slot, start, end, word) ? end + 1 : UNSURE;
}

/** Position of the quote that ends the text which is plain up to `from`, or UNSURE. */
function endOfText(from: usize): usize {
  let at = from;
  while (true) {
    at = skipPlain(at);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte == BACKSLASH) {
      escapes++;
      at = skipEscape(at);
      if (at == UNSURE) return UNSURE;
    } else if (byte >= BEYOND_ASCII) {
      isAscii = false;
      while (load<u8>(at) >= BEYOND_ASCII) at++;
    } else {
      return UNSURE;
    }
  }
}

function keepText(slot: i32, start: usize, end: usize, word: i32): bool {
  let place = slot;
  if (slot == repeatedSlot) {
    if (repeated == MAX_REPEATED) return false;
    place += repeated++;
  }
  const value = keptAt(place);
  value.type = STRING;
  value.start = start;
  value.end = end;
  value.word = word;
  return true;
}

/** Keeps a value that is no text: a number, or 1 and 0 for the booleans. */
function keepNumber(slot: i32, type: u32, number: f64): void {
  const value = keptAt(slot);
  value.type = type;
  value.number = number;
}

function readNumber(shape: ValueShape, start: usize): usize {
  if ((shape.types & NUMBER) == 0) return UNSURE;
  const rules = shape.rules;
  const isNegative = load<u8>(start) == MINUS;
  const whole = isNegative ? start + 1 : start;
  const wholeEnd = skipWhole(whole);
  if (wholeEnd == UNSURE) return UNSURE;
  const end = skipFraction(wholeEnd);
  if (end == UNSURE) return UNSURE;
  if (rules == NO_RULES) return skipExponent(end);
  // Behind a known number an exponent is out of place, as everything is but what may follow a value.
  if (end - start > MAX_NUMBER_LENGTH || (isNegative && (rules & (NON_NEGATIVE | POSITIVE | INTEGER)) != 0))
    return UNSURE;
  if ((rules & POSITIVE) != 0 && isZero(whole, end)) return UNSURE;
  if ((rules & INTEGER) == 0) return end;
  if (end != wholeEnd || end - whole > MAX_SAFE_DIGITS) return UNSURE;
  if ((rules & COUNTED) == 0 && end - whole < MAX_SAFE_DIGITS) return end;
  const value = integerAt(whole, end);
  if (value > shape.maxInteger) return UNSURE;
  if (shape.slot != NOT_KEPT) keepNumber(shape.slot, NUMBER, <f64>value);
  return end;
}

/** Reads an array from behind its bracket. */
function readArray(items: ValueShape, start: usize): usize {
  let at = skipSpace(start);
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1;
  if (++depth > MAX_DEPTH) return UNSURE;
  while (true) {
    at = readValue(items, at);
    if (at == UNSURE) return UNSURE;
    at = skipSpace(at);
    if (load<u8>(at) != COMMA) break;
    at = skipSpace(at + 1);
  }
  depth--;
  return load<u8>(at) == CLOSE_BRACKET ? at + 1 : UNSURE;
}

/** Reads the object whose brace stands at `start`. */
function readObject(shape: ObjectShape, start: usize): usize {
  const first = skipSpace(start + 1);
  if (load<u8>(first) == CLOSE_BRACE) return shape.required == 0 ? first + 1 : UNSURE;
  if (++depth > MAX_DEPTH) return UNSURE;
  let seen: u64 = 0;
  let previous: FieldShape | null = null;
  let expected = shape.first;
  // At the brace or comma in front of a field.
  let at = start;
  while (true) {
    let value = anything;
    let field = expected;
    if (field !== null && isTokenAt(field, at, field.ignored)) {
      at += field.length;
    } else {
      at = readKey(shape, skipSpace(at + 1));
      if (at == UNSURE) return UNSURE;
      field = found;
      if (field !== null) expectAfter(previous, shape, field);
    }
    if (field !== null) {
      if ((seen & field.bit) != 0) return UNSURE;
      seen |= field.bit;
      value = field.value;
      previous = field;
      expected = field.next;
    }
    at = skipSpace(at);
    at = load<u8>(at) == QUOTE ? inline.always(readText(value, at + 1)) : readValue(value, at);
    if (at == UNSURE) return UNSURE;
    at = skipSpace(at);
    if (load<u8>(at) != COMMA) break;
  }
  depth--;
  return load<u8>(at) == CLOSE_BRACE && (seen & shape.required) == shape.required ? at + 1 : UNSURE;
}

/** True when a field's token stands at `at`, but for ignored bytes of it. */
function isTokenAt(field: FieldShape, at: usize, ignored: i32): bool {
  const low = i8x16.bitmask(i8x16.eq(v128.load(at), field.tokenLow));
  const high = i8x16.bitmask(i8x16.eq(v128.load(at, 16), field.tokenHigh));
  return (low | (high << 16) | ignored) == ALL;
}

/** Notes which field to expect behind `previous`, or as the first one. */
function expectAfter(previous: FieldShape | null, shape: ObjectShape, field: FieldShape): void {
  if (previous === null) shape.first = field;
  else previous.next = field;
}

/** Reads the key at `at` and the colon behind it; `found` is the known field of that name, or null. */
function readKey(shape: ObjectShape, at: usize): usize {
  if (load<u8>(at) != QUOTE) return UNSURE;
  const escapesBefore = escapes;
  const end = endOfText(at + 1);
  if (end == UNSURE) return UNSURE;
  // A key with an escape may be a known name all the same, and __proto__ is a name that schemas treat in ways of their own.
  const isOdd = escapes != escapesBefore || load<u16>(at, 1) == TWO_UNDERSCORES;
  if (isOdd && shape.count != 0) return UNSURE;
  found = findField(shape, at, end + 1);
  const colon = skipSpace(end + 1);
  return load<u8>(colon) == COLON ? colon + 1 : UNSURE;
}

/** The known field whose name stands at `[at, end)`, quotes included. */
function findField(shape: ObjectShape, at: usize, end: usize): FieldShape | null {
  const tokenLength = <u32>(end - at) + 2;
  for (let index: u32 = 0; index < shape.count; index++) {
    const field = changetype<FieldShape>(shape.fields + <usize>index * FIELD_BYTES);
    // Behind the name there may be white space before the colon.
    const colon = 1 << (tokenLength - 1);
    if (field.length == tokenLength && isTokenAt(field, at - 1, field.ignored | colon)) return field;
  }
  return null;
}
