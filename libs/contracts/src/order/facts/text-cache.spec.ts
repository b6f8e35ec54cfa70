import { TextCache } from './text-cache';

const memory = Buffer.alloc(256);
const cache = new TextCache(memory);

function read(bytes: Buffer): string {
  bytes.copy(memory, 3);
  return cache.text(3, 3 + bytes.length);
}

describe('TextCache', () => {
  it('gives every text as it is, though it starts like the text before or takes its place', () => {
    const texts = Array.from({ length: 20_000 }, (_, number) => [
      `${number}`,
      `${number}0`,
      '',
      'order.created',
    ]).flat();
    expect(texts.filter((text) => read(Buffer.from(text)) !== text)).toEqual([]);
  });

  it('tells characters beyond ASCII from characters that are numbered like their bytes', () => {
    for (let code = 0x80; code < 0x800; code++) {
      const letter = String.fromCodePoint(code);
      const lookalike = Buffer.from(letter).toString('latin1');
      expect([read(Buffer.from(lookalike)), read(Buffer.from(letter))]).toEqual([lookalike, letter]);
    }
  });

  it('gives the same text again while it is remembered, and long texts too', () => {
    for (const text of ['TX', 'Zürich', '\ufeffx', 'x'.repeat(64), 'x'.repeat(65), 'ü'.repeat(100)]) {
      expect(read(Buffer.from(text))).toBe(text);
      expect(read(Buffer.from(text))).toBe(text);
    }
  });
});
