import type { CompiledShape } from './compile-shape';
import { KeptValues } from './kept-values';
import { layOut, NO_CHECK, WORDS } from './scanner-memory';
import { SCANNER_MODULE } from './scanner-module';
import { webAssembly } from './web-assembly';

/** What the module offers; assembly/shape-scanner.ts says what it does. */
interface Inner {
  setUp(root: number, anything: number, kept: number, slots: number, repeatedSlot: number, words: number): void;
  scan(start: number, end: number): number;
  repeatedCount(): number;
}

const NOT_ACCEPTED = 0;
const ACCEPTED_ASCII = 1;

/**
 * Takes a few values out of the bytes of a JSON document in one pass, without building the document, and checks all of it:
 * JSON's syntax and what the compiled schema demands. It accepts only what JSON.parse and the schema accept for sure, in
 * the usual ways of writing it. It is unsure about everything that is wrong, and about escapes in keys and in texts that
 * it keeps, known fields that stand twice, known numbers that are long or have an exponent: those are the caller's to parse.
 *
 * The scanning itself is a module of WebAssembly, which has instructions for 16 bytes at once. A document is copied into its
 * memory, with a zero behind it. JSON contains no zero byte, so nothing has to look where the document ends.
 */
export class ShapeScanner {
  /** The values of the last document that was accepted. */
  readonly kept: KeptValues;
  private readonly inner: Inner;
  private readonly documentAt: number;
  private result = NOT_ACCEPTED;

  /**
   * @param shape what a document must be, and what to keep of it
   * @param maxBytes largest document (inclusive)
   */
  constructor(
    shape: CompiledShape,
    private readonly maxBytes: number,
  ) {
    const { memory, checks, root, anything, kept, words, document } = layOut(shape, maxBytes);
    const texts = Array.from({ length: WORDS }, () => '');
    this.kept = new KeptValues(memory.buffer, kept, texts, () => this.inner.repeatedCount());
    const accepts = (check: number, start: number, end: number, word: number): boolean => {
      const text = this.kept.textAt(start, end);
      if (check !== NO_CHECK && checks[check - 1]?.(text) !== true) return false;
      if (word >= 0) texts[word] = text;
      return true;
    };
    const { exports } = new webAssembly.Instance(scannerModule(), {
      env: { memory },
      words: { accepts },
    });
    this.inner = exports as Inner;
    this.inner.setUp(root, anything, kept, shape.keptCount, shape.repeatedSlot, words);
    this.documentAt = document;
  }

  /** False when the last document had a byte beyond ASCII. Whether such bytes are UTF-8 is the caller's to check. */
  get isAscii(): boolean {
    return this.result === ACCEPTED_ASCII;
  }

  /** @returns true when the document is accepted; false when it has to be parsed to know */
  scan(document: Uint8Array): boolean {
    if (document.length > this.maxBytes) return false;
    this.kept.bytes.set(document, this.documentAt);
    this.result = this.inner.scan(this.documentAt, this.documentAt + document.length);
    return this.result !== NOT_ACCEPTED;
  }
}

let compiled: object | undefined;

/** The module, which is compiled once. */
function scannerModule(): object {
  compiled ??= new webAssembly.Module(Uint8Array.from(atob(SCANNER_MODULE), (letter) => letter.charCodeAt(0)));
  return compiled;
}
