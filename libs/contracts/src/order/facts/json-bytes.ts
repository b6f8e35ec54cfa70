/**
 * JSON's syntax over bytes. A position is an offset into the view; the bytes must end with a zero, at which everything
 * stops, and some more bytes behind it. Functions that can fail return 0 in place of a position.
 */

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_U = 0x75;
/** The bit that tells a lower-case letter from its capital. */
const LOWER = 0x20;

/** What may follow a backslash, but for `u` and its four digits. */
const ESCAPED = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));

/** Position of the first byte that is not white space. */
export function skipSpace(view: DataView, from: number): number {
  let at = from;
  for (;;) {
    const byte = view.getUint8(at);
    if (byte > SPACE) return at;
    if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB) return at;
    at++;
  }
}

/**
 * Position of the first byte that a text does not simply contain: a quote, a backslash, a control character or a byte
 * beyond ASCII. Reads up to three bytes behind it.
 *
 * It takes four bytes at a time. Subtracting 1 from every byte of a word sets the high bit of those that were 0, and of
 * some above such a byte, which is why only the lowest set bit tells; exclusive-or makes 0 of the byte that is looked for.
 */
export function skipPlain(view: DataView, from: number): number {
  let at = from;
  for (;;) {
    const word = view.getInt32(at, true);
    const quotes = word ^ 0x22222222;
    const backslashes = word ^ 0x5c5c5c5c;
    const controls = word - 0x20202020;
    const found =
      (((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes) | controls | word) & 0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
    at += 4;
  }
}

/** Position behind the escape sequence whose backslash stands at `at`, or 0. */
export function skipEscape(view: DataView, at: number): number {
  const letter = view.getUint8(at + 1);
  if (letter !== LOWER_U) return ESCAPED.has(letter) ? at + 2 : 0;
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(view.getUint8(digit))) return 0;
  return at + 6;
}

function isHexDigit(byte: number): boolean {
  const lower = byte | LOWER;
  return (byte >= ZERO && byte <= NINE) || (lower >= LOWER_A && lower <= LOWER_F);
}

/** Position behind the digits of a number's whole part, or 0. */
export function skipWhole(view: DataView, at: number): number {
  return view.getUint8(at) === ZERO ? at + 1 : skipDigits(view, at);
}

/** Position behind a number's fraction, which may be missing, or 0. */
export function skipFraction(view: DataView, at: number): number {
  return view.getUint8(at) === DOT ? skipDigits(view, at + 1) : at;
}

/** Position behind a number's exponent, which may be missing, or 0. */
export function skipExponent(view: DataView, at: number): number {
  if ((view.getUint8(at) | LOWER) !== LOWER_E) return at;
  const sign = view.getUint8(at + 1);
  return skipDigits(view, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** Position behind one digit or more, or 0. */
function skipDigits(view: DataView, from: number): number {
  let at = from;
  for (;;) {
    const byte = view.getUint8(at);
    if (byte < ZERO || byte > NINE) return at === from ? 0 : at;
    at++;
  }
}

/** True when the decimal number at `[start, end)`, which has no sign, has no digit but 0. */
export function isZero(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (view.getUint8(at) > ZERO) return false;
  return true;
}

/** The integer whose digits stand at `[start, end)`: exact when it is safe, otherwise some integer that is not safe either. */
export function integerAt(view: DataView, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (view.getUint8(at) - ZERO);
  return value;
}

/** True when the text at `at` starts with two underscores, as `__proto__` does. */
export function isDunder(view: DataView, at: number): boolean {
  return view.getUint8(at) === UNDERSCORE && view.getUint8(at + 1) === UNDERSCORE;
}

/** True when the `length` (at least 4) bytes at `at` are those at `tokenAt` of `tokens`. */
export function startsWith(view: DataView, at: number, tokens: DataView, tokenAt: number, length: number): boolean {
  const last = length - 4;
  for (let offset = 0; offset < last; offset += 4)
    if (view.getInt32(at + offset, true) !== tokens.getInt32(tokenAt + offset, true)) return false;
  return view.getInt32(at + last, true) === tokens.getInt32(tokenAt + last, true);
}
