/**
 * Words are short texts that were accepted, each with a number. Most texts that matter are the same few again and again, so
 * TypeScript is asked about each of them once, and makes a string of it once.
 */
import { NO_CHECK, ValueShape, Word, WORD_BYTES } from './memory-layout';

/** The text is no word; its shape does not accept it. */
export const NO_WORD: i32 = -1;
export const REFUSED: i32 = -2;

const MAX_WORD_LENGTH: usize = 16;
/** An odd number whose bits look random: its products differ most in their high bits. */
const MIXER: i64 = 0x9e3779b97f4a7;
const COUNTING = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

/**
 * Asks TypeScript whether a text satisfies a check; every text satisfies NO_CHECK. If it does, TypeScript takes it for the
 * text of `word` from now on, unless that is NO_WORD.
 */
declare function accepts(check: u32, start: usize, end: usize, word: i32): bool;

let words: usize = 0;

/** @param address room for 1,024 words */
export function setUpWords(address: usize): void {
  words = address;
}

/** The number of the word that a text is, if its shape accepts it; NO_WORD when it accepts it and it is no word; or REFUSED. */
export function acceptedWord(shape: ValueShape, start: usize, end: usize): i32 {
  const length = end - start;
  if (length > MAX_WORD_LENGTH) return isAccepted(shape, start, end) ? NO_WORD : REFUSED;
  const text = v128.and(v128.load(start), i8x16.lt_u(COUNTING, i8x16.splat(<u8>length)));
  const number = wordNumber(shape, text);
  const word = changetype<Word>(words + <usize>number * WORD_BYTES);
  if (word.shape == shape && i8x16.all_true(i8x16.eq(word.text, text))) return number;
  // A word that is another text stays that: values that are kept already may be of its number.
  if (word.shape !== null) return isAccepted(shape, start, end) ? NO_WORD : REFUSED;
  if (!accepts(shape.check, start, end, number)) return REFUSED;
  word.shape = shape;
  word.text = text;
  return number;
}

function isAccepted(shape: ValueShape, start: usize, end: usize): bool {
  return shape.check == NO_CHECK || accepts(shape.check, start, end, NO_WORD);
}

/** Where a text is noted as a word: a number from 0 to 1,023 that is another one for most texts and shapes. */
function wordNumber(shape: ValueShape, text: v128): i32 {
  const low = (i64x2.extract_lane(text, 0) ^ (<i64>changetype<usize>(shape))) * MIXER;
  return <i32>((<u64>((low ^ (low >> 32) ^ i64x2.extract_lane(text, 1)) * MIXER)) >> 54);
}
