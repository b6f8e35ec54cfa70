import type { OrderFacts } from '@orderpulse/contracts';
import { createHash } from 'node:crypto';

/** Bytes of an event id's fingerprint. */
export const FINGERPRINT_BYTES = 16;
/** The same in 32-bit words. */
export const FINGERPRINT_WORDS = 4;

/** The id of an event in UTF-8: `[idStart, idEnd)` of the bytes. */
export type EventId = Pick<OrderFacts, 'idBytes' | 'idStart' | 'idEnd'>;

const UUID_LENGTH = 36;
const DASH = 0x2d;
const NOT_HEX = 0xff;
/** Value of each hexadecimal digit by its code. */
const DIGITS = new Uint8Array(256).fill(NOT_HEX);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  DIGITS[text.charCodeAt(0)] = digit;
  DIGITS[text.toUpperCase().charCodeAt(0)] = digit;
}

/**
 * Writes the 128-bit fingerprint of an event id as four words: of a UUID its own bits (so two UUIDs are equal exactly when
 * their fingerprints are), of any other text the start of its SHA-256.
 */
export function fingerprint({ idBytes, idStart, idEnd }: EventId, words: Int32Array): void {
  if (idEnd - idStart === UUID_LENGTH && readUuid(idBytes, idStart, words)) return;
  const digest = createHash('sha256').update(idBytes.subarray(idStart, idEnd)).digest();
  for (let word = 0; word < FINGERPRINT_WORDS; word++) words[word] = digest.readInt32BE(word * 4);
}

/** Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`; false when there is something else. */
function readUuid(from: Uint8Array, at: number, words: Int32Array): boolean {
  if (from[at + 8] !== DASH || from[at + 13] !== DASH || from[at + 18] !== DASH || from[at + 23] !== DASH) return false;
  const a = hex4(from, at);
  const b = hex4(from, at + 4);
  const c = hex4(from, at + 9);
  const d = hex4(from, at + 14);
  const e = hex4(from, at + 19);
  const f = hex4(from, at + 24);
  const g = hex4(from, at + 28);
  const h = hex4(from, at + 32);
  if ((a | b | c | d | e | f | g | h) < 0) return false;
  words[0] = (a << 16) | b;
  words[1] = (c << 16) | d;
  words[2] = (e << 16) | f;
  words[3] = (g << 16) | h;
  return true;
}

/** The value of four hexadecimal digits, or −1. */
function hex4(from: Uint8Array, at: number): number {
  const a = DIGITS[from[at] ?? 0] ?? NOT_HEX;
  const b = DIGITS[from[at + 1] ?? 0] ?? NOT_HEX;
  const c = DIGITS[from[at + 2] ?? 0] ?? NOT_HEX;
  const d = DIGITS[from[at + 3] ?? 0] ?? NOT_HEX;
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}
