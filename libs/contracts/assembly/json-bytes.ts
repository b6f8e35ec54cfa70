/**
 * JSON's syntax over bytes. A position is an address; the document must end with a zero, at which everything stops, and
 * some more bytes behind it, whatever they are. Functions that can fail return 0 in place of a position.
 *
 * A v128 is 16 bytes that the processor handles at once: `i8x16.eq` makes each byte 0xff where two are equal and 0 elsewhere,
 * `i8x16.bitmask` makes one bit of each byte, and `ctz` tells how many zero bits stand below the first that is set.
 */

const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;
const QUOTE: u8 = 0x22;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
const SLASH: u8 = 0x2f;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
const BACKSLASH: u8 = 0x5c;
const LOWER_A: u8 = 0x61;
const LOWER_B: u8 = 0x62;
const LOWER_E: u8 = 0x65;
const LOWER_F: u8 = 0x66;
const LOWER_N: u8 = 0x6e;
const LOWER_R: u8 = 0x72;
const LOWER_T: u8 = 0x74;
const LOWER_U: u8 = 0x75;
/** The bit that tells a lower-case letter from its capital. */
const LOWER: u8 = 0x20;

/** Position of the first byte that is not white space. */
export function skipSpace(from: usize): usize {
  return load<u8>(from) > SPACE ? from : skipSpaces(from);
}

function skipSpaces(from: usize): usize {
  let at = from;
  let byte = load<u8>(at);
  while (byte == SPACE || byte == NEWLINE || byte == RETURN || byte == TAB) byte = load<u8>(++at);
  return at;
}

/**
 * Position of the first byte that a text does not simply contain: a quote, a backslash, a control character or a byte
 * beyond ASCII.
 */
export function skipPlain(from: usize): usize {
  let at = from;
  let special = specialBytes(v128.load(at));
  while (special == 0) {
    at += 16;
    special = specialBytes(v128.load(at));
  }
  return at + ctz(special);
}

/** One bit for each of 16 bytes: 1 where a text does not simply contain it. */
function specialBytes(bytes: v128): i32 {
  const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE));
  const backslashes = i8x16.eq(bytes, i8x16.splat(BACKSLASH));
  // With signs, bytes beyond ASCII are less than 0.
  const others = i8x16.lt_s(bytes, i8x16.splat(SPACE));
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), others));
}

/** Position behind the escape sequence whose backslash stands at `at`, or 0. */
export function skipEscape(at: usize): usize {
  const letter = load<u8>(at, 1);
  if (letter == LOWER_U) {
    for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(load<u8>(digit))) return 0;
    return at + 6;
  }
  const isEscaped =
    letter == QUOTE ||
    letter == BACKSLASH ||
    letter == SLASH ||
    letter == LOWER_B ||
    letter == LOWER_F ||
    letter == LOWER_N ||
    letter == LOWER_R ||
    letter == LOWER_T;
  return isEscaped ? at + 2 : 0;
}

function isHexDigit(byte: u8): bool {
  const lower = byte | LOWER;
  return (byte >= ZERO && byte <= NINE) || (lower >= LOWER_A && lower <= LOWER_F);
}

/** Position behind the digits of a number's whole part, or 0. */
export function skipWhole(at: usize): usize {
  return load<u8>(at) == ZERO ? at + 1 : skipDigits(at);
}

/** Position behind a number's fraction, which may be missing, or 0. */
export function skipFraction(at: usize): usize {
  return load<u8>(at) == DOT ? skipDigits(at + 1) : at;
}

/** Position behind a number's exponent, which may be missing, or 0. */
export function skipExponent(at: usize): usize {
  if ((load<u8>(at) | LOWER) != LOWER_E) return at;
  const sign = load<u8>(at, 1);
  return skipDigits(sign == PLUS || sign == MINUS ? at + 2 : at + 1);
}

/** Position behind one digit or more, or 0. */
function skipDigits(from: usize): usize {
  let at = from;
  let others = otherThanDigits(v128.load(at));
  while (others == 0) {
    at += 16;
    others = otherThanDigits(v128.load(at));
  }
  const end = at + ctz(others);
  return end == from ? 0 : end;
}

/** One bit for each of 16 bytes: 1 where it is no digit. */
function otherThanDigits(bytes: v128): i32 {
  // Bytes below the digit 0 become large ones.
  const values = i8x16.sub(bytes, i8x16.splat(ZERO));
  return i8x16.bitmask(i8x16.gt_u(values, i8x16.splat(9)));
}

/** True when the decimal number at `[start, end)`, which has no sign, has no digit but 0. */
export function isZero(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(at) > ZERO) return false;
  return true;
}

/** The integer whose digits stand at `[start, end)`, 19 at most. */
export function integerAt(start: usize, end: usize): u64 {
  let value: u64 = 0;
  for (let at = start; at < end; at++) value = value * 10 + (load<u8>(at) - ZERO);
  return value;
}
