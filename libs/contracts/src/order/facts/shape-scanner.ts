import type { CompiledShape } from './compile-shape';
import * as json from './json-bytes';
import {
  ANY_TYPE,
  ARRAY,
  BOOLEAN,
  type FieldShape,
  NOT_KEPT,
  NULL,
  NUMBER,
  OBJECT,
  ObjectShape,
  STRING,
  ValueShape,
} from './json-shape';
import { KeptValues } from './kept-values';

/** In place of a position: the scanner is not sure. No value ends at 0. */
const UNSURE = 0;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_F = 0x66;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BEYOND_ASCII = 0x80;

/** Four letters as a little-endian word. */
const TRUE_WORD = 0x65757274;
const NULL_WORD = 0x6c6c756e;
/** `false` without its first letter. */
const ALSE_WORD = 0x65736c61;

/** Arrays and objects within each other; deeper ones are left to a parser. */
const MAX_DEPTH = 64;
/** A number of so many characters without an exponent is finite, and not 0 for being too small. */
const MAX_NUMBER_LENGTH = 40;
/** Room behind a document: for the zeros that end it, and for comparing the longest token there. */
const MARGIN_BYTES = 256;
/** Objects are numbered up to it, and then from 0 again: a field that seems to stand twice only makes the scanner unsure. */
const MAX_OBJECT_NUMBER = 0x3fff_ffff;

const ANYTHING = new ValueShape();
ANYTHING.types = ANY_TYPE;
ANYTHING.isPlainText = true;
const NO_FIELDS = new ObjectShape([]);

/**
 * Takes a few values out of the bytes of a JSON document in one pass, without building the document, and checks all of it:
 * JSON's syntax and what the compiled schema demands. It accepts only what JSON.parse and the schema accept for sure, in
 * the usual ways of writing it. It is unsure about everything that is wrong, and about escapes in keys and in texts that
 * it keeps, known fields that stand twice, known numbers that are long or have an exponent: those are the caller's to parse.
 *
 * A document is copied to one place, with zeros behind it. JSON contains no zero byte, so nothing has to look where the
 * document ends.
 */
export class ShapeScanner {
  /** The values of the last document that was accepted. */
  readonly kept: KeptValues;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly root: ValueShape;
  private readonly tokens: DataView;
  private objectNumber = 0;
  private depth = 0;
  private escapes = 0;
  private ascii = true;

  /**
   * @param shape compiled for this scanner alone, which notes in it what it saw
   * @param maxBytes largest document (inclusive)
   */
  constructor(
    { root, tokens, keptCount, repeatedSlot }: CompiledShape,
    private readonly maxBytes: number,
  ) {
    this.root = root;
    this.tokens = tokens;
    this.bytes = new Uint8Array(maxBytes + MARGIN_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.kept = new KeptValues(this.bytes, keptCount, repeatedSlot);
  }

  /** False when the last document had a byte beyond ASCII. Whether such bytes are UTF-8 is the caller's to check. */
  get isAscii(): boolean {
    return this.ascii;
  }

  /** @returns true when the document is accepted; false when it has to be parsed to know */
  scan(document: Uint8Array): boolean {
    const { length } = document;
    if (length > this.maxBytes) return false;
    this.bytes.set(document);
    this.view.setFloat64(length, 0);
    this.kept.clear();
    this.depth = 0;
    this.ascii = true;
    const end = this.readValue(this.root, json.skipSpace(this.view, 0));
    return end !== UNSURE && json.skipSpace(this.view, end) === length;
  }

  /** Reads the value at `at`. This and the other reading methods return the position behind what they read, or UNSURE. */
  private readValue(shape: ValueShape, at: number): number {
    const { types } = shape;
    const byte = this.view.getUint8(at);
    if (byte === QUOTE) return this.readText(shape, at + 1);
    if (byte === MINUS || (byte >= ZERO && byte <= NINE))
      return (types & NUMBER) === 0 ? UNSURE : this.readNumber(shape, at);
    if (byte === OPEN_BRACE)
      return (types & OBJECT) === 0 ? UNSURE : this.readObject(shape.object ?? NO_FIELDS, at + 1);
    if (byte === OPEN_BRACKET) return (types & ARRAY) === 0 ? UNSURE : this.readArray(shape.items ?? ANYTHING, at + 1);
    return this.readLiteral(shape, at);
  }

  private readLiteral({ types, slot }: ValueShape, at: number): number {
    const { view } = this;
    const word = view.getInt32(at, true);
    const isNull = word === NULL_WORD;
    const isTrue = word === TRUE_WORD;
    const isFalse = view.getUint8(at) === LOWER_F && view.getInt32(at + 1, true) === ALSE_WORD;
    if (!isNull && !isTrue && !isFalse) return UNSURE;
    const type = isNull ? NULL : BOOLEAN;
    if ((types & type) === 0) return UNSURE;
    if (slot !== NOT_KEPT) this.kept.keep(slot, type, isTrue ? 1 : 0);
    return isFalse ? at + 5 : at + 4;
  }

  /** Reads a text from behind its quote: the usual case only, which is short enough to be inlined. */
  private readText(shape: ValueShape, start: number): number {
    const end = json.skipPlain(this.view, start);
    const length = end - start;
    const isUsual = shape.isPlainText && this.view.getUint8(end) === QUOTE;
    if (isUsual && length >= shape.minLength && length <= shape.maxLength) return end + 1;
    return this.readOtherText(shape, start, end);
  }

  /** Reads a text that starts at `start` and is plain up to `from`. */
  private readOtherText(shape: ValueShape, start: number, from: number): number {
    if ((shape.types & STRING) === 0) return UNSURE;
    const { escapes } = this;
    const end = this.endOfText(from);
    if (end === UNSURE) return UNSURE;
    const length = end - start;
    // A text that is not plain has fewer UTF-16 code units than bytes, though at least one.
    if (length < shape.minLength || length > shape.maxLength || (end !== from && shape.minLength > 1)) return UNSURE;
    const { accepts, slot } = shape;
    if (accepts === null && slot === NOT_KEPT) return end + 1;
    if (this.escapes !== escapes) return UNSURE;
    if (accepts !== null) {
      const text = this.kept.textAt(start, end);
      if (text !== shape.acceptedText && !accepts(text)) return UNSURE;
      shape.acceptedText = text;
    }
    return slot === NOT_KEPT || this.kept.keepText(slot, start, end) ? end + 1 : UNSURE;
  }

  /** Position of the quote that ends the text which is plain up to `from`, or UNSURE. */
  private endOfText(from: number): number {
    const { view } = this;
    let at = json.skipPlain(view, from);
    for (;;) {
      const byte = view.getUint8(at);
      if (byte === QUOTE) return at;
      if (byte < SPACE) return UNSURE;
      if (byte === BACKSLASH) {
        this.escapes++;
        at = json.skipEscape(view, at);
        if (at === UNSURE) return UNSURE;
      } else if (byte >= BEYOND_ASCII) {
        this.ascii = false;
        at++;
      } else {
        at = json.skipPlain(view, at);
      }
    }
  }

  private readNumber(shape: ValueShape, start: number): number {
    const { view } = this;
    const isNegative = view.getUint8(start) === MINUS;
    const whole = isNegative ? start + 1 : start;
    const wholeEnd = json.skipWhole(view, whole);
    if (wholeEnd === UNSURE) return UNSURE;
    const end = json.skipFraction(view, wholeEnd);
    if (end === UNSURE) return UNSURE;
    if (shape === ANYTHING) return json.skipExponent(view, end);
    // Behind a known number an exponent is out of place, as everything is but what may follow a value.
    if (end - start > MAX_NUMBER_LENGTH || (isNegative && (shape.nonNegative || shape.positive))) return UNSURE;
    if (shape.positive && json.isZero(view, whole, end)) return UNSURE;
    if (!shape.integer) return end;
    if (isNegative || end !== wholeEnd) return UNSURE;
    const value = json.integerAt(view, whole, end);
    if (value > shape.maxInteger) return UNSURE;
    if (shape.slot !== NOT_KEPT) this.kept.keep(shape.slot, NUMBER, value);
    return end;
  }

  /** Reads an array from behind its bracket. */
  private readArray(items: ValueShape, start: number): number {
    const { view } = this;
    let at = json.skipSpace(view, start);
    if (view.getUint8(at) === CLOSE_BRACKET) return at + 1;
    if (++this.depth > MAX_DEPTH) return UNSURE;
    for (;;) {
      at = this.readValue(items, at);
      if (at === UNSURE) return UNSURE;
      at = json.skipSpace(view, at);
      if (view.getUint8(at) !== COMMA) break;
      at = json.skipSpace(view, at + 1);
    }
    this.depth--;
    return view.getUint8(at) === CLOSE_BRACKET ? at + 1 : UNSURE;
  }

  /** Reads an object from behind its brace. */
  private readObject(shape: ObjectShape, start: number): number {
    const { view, tokens } = this;
    let at = json.skipSpace(view, start);
    if (view.getUint8(at) === CLOSE_BRACE) return shape.requiredCount === 0 ? at + 1 : UNSURE;
    if (++this.depth > MAX_DEPTH) return UNSURE;
    const objectNumber = this.objectNumber === MAX_OBJECT_NUMBER ? 0 : this.objectNumber + 1;
    this.objectNumber = objectNumber;
    let required = 0;
    let previous: FieldShape | null = null;
    let expected = shape.first;
    for (;;) {
      let value = ANYTHING;
      let field = expected;
      if (field !== null && json.startsWith(view, at, tokens, field.tokenAt, field.tokenLength)) {
        at += field.tokenLength;
      } else {
        const end = this.endOfKey(shape, at);
        if (end === UNSURE) return UNSURE;
        field = this.find(shape, at, end);
        if (field !== null) expectAfter(previous, shape, field);
        at = json.skipSpace(view, end);
        if (view.getUint8(at) !== COLON) return UNSURE;
        at++;
      }
      if (field !== null) {
        if (field.seenIn === objectNumber) return UNSURE;
        field.seenIn = objectNumber;
        required += field.required;
        value = field.value;
        previous = field;
        expected = field.next;
      }
      if (view.getUint8(at) <= SPACE) at = json.skipSpace(view, at);
      at = view.getUint8(at) === QUOTE ? this.readText(value, at + 1) : this.readValue(value, at);
      if (at === UNSURE) return UNSURE;
      if (view.getUint8(at) <= SPACE) at = json.skipSpace(view, at);
      if (view.getUint8(at) !== COMMA) break;
      at++;
      if (view.getUint8(at) <= SPACE) at = json.skipSpace(view, at);
    }
    this.depth--;
    return view.getUint8(at) === CLOSE_BRACE && required === shape.requiredCount ? at + 1 : UNSURE;
  }

  /** Position behind the key at `at`, quotes included, or UNSURE. */
  private endOfKey(shape: ObjectShape, at: number): number {
    if (this.view.getUint8(at) !== QUOTE) return UNSURE;
    const { escapes } = this;
    const end = this.endOfText(at + 1);
    if (end === UNSURE) return UNSURE;
    // A key with an escape may be a known name all the same, and __proto__ is a name that schemas treat in ways of their own.
    const isOdd = this.escapes !== escapes || json.isDunder(this.view, at + 1);
    return isOdd && shape !== NO_FIELDS ? UNSURE : end + 1;
  }

  /** The known field whose name stands at `[at, end)`, quotes included. */
  private find(shape: ObjectShape, at: number, end: number): FieldShape | null {
    const length = end - at;
    for (const field of shape.fields) {
      const isOfLength = field.tokenLength === length + 1;
      if (isOfLength && json.startsWith(this.view, at, this.tokens, field.tokenAt, length)) return field;
    }
    return null;
  }
}

/** Notes which field to expect behind `previous`, or as the first one. */
function expectAfter(previous: FieldShape | null, shape: ObjectShape, field: FieldShape): void {
  if (previous === null) shape.first = field;
  else previous.next = field;
}
