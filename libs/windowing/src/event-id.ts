import { createHash } from 'node:crypto';

/** Bytes of an event id's fingerprint. */
export const FINGERPRINT_BYTES = 16;
/** The same in 32-bit words. */
export const FINGERPRINT_WORDS = 4;

const DASHES = [8, 13, 18, 23];
const NOT_HEX = -1;

/**
 * Writes the 128-bit fingerprint of an event id as four words: of a UUID its own bits (so two UUIDs are equal exactly when
 * their fingerprints are), of any other text the start of its SHA-256.
 */
export function fingerprint(eventId: string, words: Uint32Array): void {
  if (!readUuid(eventId, words)) {
    const digest = createHash('sha256').update(eventId, 'utf8').digest();
    for (let word = 0; word < FINGERPRINT_WORDS; word++) words[word] = digest.readUInt32BE(word * 4);
  }
}

function readUuid(text: string, words: Uint32Array): boolean {
  if (text.length !== 36 || DASHES.some((at) => text.charCodeAt(at) !== 45)) return false;
  let digits = 0;
  let word = 0;
  for (let at = 0; at < 36; at++) {
    if (at === 8 || at === 13 || at === 18 || at === 23) continue;
    const nibble = hexDigit(text.charCodeAt(at));
    if (nibble === NOT_HEX) return false;
    word = (word << 4) | nibble;
    if (++digits % 8 === 0) words[digits / 8 - 1] = word >>> 0;
  }
  return true;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return NOT_HEX;
}
