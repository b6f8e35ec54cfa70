import type { CompiledShape } from './compile-shape';
import { ANY_TYPE, NOT_KEPT, type ObjectShape, ValueShape } from './json-shape';
import { KEPT_BYTES, MAX_REPEATED } from './kept-values';
import { webAssembly } from './web-assembly';

/** Where everything lies in a scanner's memory, by address, and what stays outside of it. */
export interface ScannerMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Shapes of the document and of a value that nothing is known of. */
  readonly root: number;
  readonly anything: number;
  readonly kept: number;
  readonly words: number;
  readonly document: number;
  /** What texts must satisfy: the check of number n is the one at n − 1. */
  readonly checks: readonly ((text: string) => boolean)[];
}

/** In place of a check's number. */
export const NO_CHECK = 0;
/** Texts that a scanner knows by a number. */
export const WORDS = 1024;

const WORD_BYTES = 32;
/** Nothing lies at address 0, which stands for no address. */
const FIRST_ADDRESS = 1024;
const PAGE_BYTES = 65_536;
/** A line of the processor's cache. Whatever begins at one is in as few of them as can be. */
const LINE_BYTES = 64;
/** Room behind a document, for comparing 32 bytes at its end. */
const MARGIN_BYTES = 64;

const FIELD_BYTES = 64;
const TOKEN_BYTES = 32;
/** A length that no text has. */
const NO_LENGTH = 0xffff_ffff;

/** The rules for numbers, as bits. */
const KNOWN = 1;
const NON_NEGATIVE = 2;
const POSITIVE = 4;
const INTEGER = 8;
const COUNTED = 16;

/** Writes a compiled shape into a new memory, as assembly/memory-layout.ts describes it, with room for a document. */
export function layOut({ root, keptCount }: CompiledShape, maxBytes: number): ScannerMemory {
  const writer = new ShapeWriter();
  return {
    anything: writer.anything,
    root: writer.value(root),
    kept: writer.reserve((keptCount + MAX_REPEATED) * KEPT_BYTES),
    words: writer.reserve(WORDS * WORD_BYTES),
    document: writer.reserve(maxBytes + MARGIN_BYTES),
    memory: writer.memory,
    checks: writer.checks,
  };
}

const utf8 = new TextEncoder();

class ShapeWriter {
  readonly memory = new webAssembly.Memory({ initial: 1 });
  readonly checks: ((text: string) => boolean)[] = [];
  /** Address of the shape of values that nothing is known of. */
  readonly anything: number;
  private readonly noFields: number;
  private view = new DataView(this.memory.buffer);
  private used = FIRST_ADDRESS;

  constructor() {
    this.noFields = this.object({ fields: [] });
    this.anything = this.used;
    const anything = new ValueShape();
    anything.types = ANY_TYPE;
    anything.isPlainText = true;
    this.value(anything, 0);
  }

  /** Address of so many bytes, all zero. */
  reserve(bytes: number): number {
    const address = this.used;
    this.used += Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
    const missing = this.used - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.view = new DataView(this.memory.buffer);
    }
    return address;
  }

  /** Writes a shape. @returns its address */
  value(shape: ValueShape, rules = rulesOf(shape)): number {
    const at = this.reserve(48);
    const { isPlainText, minLength, maxLength } = shape;
    const object = shape.object === null ? this.noFields : this.object(shape.object);
    const items = shape.items === null ? this.anything : this.value(shape.items);
    const check = shape.accepts === null ? NO_CHECK : this.checks.push(shape.accepts);
    this.integers(at, shape.types, rules, minLength, maxLength);
    this.integers(at + 16, isPlainText ? minLength : NO_LENGTH, isPlainText ? maxLength - minLength : 0);
    this.integers(at + 24, shape.slot, check, object, items);
    this.view.setBigUint64(at + 40, BigInt(shape.maxInteger), true);
    return at;
  }

  private object({ fields }: ObjectShape): number {
    const at = this.reserve(20);
    const first = this.reserve(fields.length * FIELD_BYTES);
    let required = 0n;
    fields.forEach(({ name, isRequired, value }, index) => {
      const field = first + index * FIELD_BYTES;
      const bit = 1n << BigInt(index);
      if (isRequired) required |= bit;
      const token = utf8.encode(`,"${name}":`);
      // The first byte is a comma or brace. Shifting by 32 bits would be shifting by none.
      const ignored = 1 | (token.length < TOKEN_BYTES ? -1 << token.length : 0);
      const next = index === fields.length - 1 ? 0 : field + FIELD_BYTES;
      const valueAt = this.value(value);
      new Uint8Array(this.memory.buffer).set(token, field);
      this.view.setBigUint64(field + 32, bit, true);
      this.integers(field + 40, next, valueAt, token.length, ignored);
    });
    this.view.setBigUint64(at, required, true);
    this.integers(at + 8, fields.length === 0 ? 0 : first, first, fields.length);
    return at;
  }

  /** Writes integers of four bytes, one behind the other. */
  private integers(at: number, ...values: readonly number[]): void {
    values.forEach((value, index) => this.view.setInt32(at + index * 4, value, true));
  }
}

function rulesOf({ integer, nonNegative, positive, maxInteger, slot }: ValueShape): number {
  const isCounted = slot !== NOT_KEPT || maxInteger < Number.MAX_SAFE_INTEGER;
  return (
    KNOWN |
    (nonNegative ? NON_NEGATIVE : 0) |
    (positive ? POSITIVE : 0) |
    (integer ? INTEGER : 0) |
    (isCounted ? COUNTED : 0)
  );
}
