const CACHED_TEXTS = 1024;
const MAX_CACHED_BYTES = 64;

// A byte order mark within a text is a character of it.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Texts of a piece of memory that is filled again and again. An ASCII text that came lately is given without making it anew:
 * most come from a small set (event types, states, categories).
 */
export class TextCache {
  private readonly texts: string[] = Array.from({ length: CACHED_TEXTS }, () => '');

  constructor(private readonly bytes: Uint8Array) {}

  /** The text of the UTF-8 bytes `[start, end)`. */
  text(start: number, end: number): string {
    const { bytes } = this;
    const length = end - start;
    if (length > MAX_CACHED_BYTES) return utf8.decode(bytes.subarray(start, end));
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + (bytes[at] ?? 0);
    const place = (hash ^ (hash >>> 10)) & (CACHED_TEXTS - 1);
    const cached = this.texts[place] ?? '';
    if (cached.length === length && this.standsAt(start, cached)) return cached;
    const text = utf8.decode(bytes.subarray(start, end));
    // Only then are its characters its bytes, so that it can be told from others by them.
    const isAscii = text.length === length;
    if (isAscii) this.texts[place] = text;
    return text;
  }

  /** True when the bytes at `start` are the text's characters. */
  private standsAt(start: number, text: string): boolean {
    for (let index = 0; index < text.length; index++)
      if (text.charCodeAt(index) !== this.bytes[start + index]) return false;
    return true;
  }
}
