import fc from 'fast-check';
import { decodeHeaderBlock, encodeHeaderBlock } from './header-codec';

describe('the header block', () => {
  it('gives back any headers', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((candidate) => candidate !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, fc.uint8Array()), (headers) => {
        const decoded = decodeHeaderBlock(encodeHeaderBlock(headers));
        expect(Object.keys(decoded).sort()).toEqual(Object.keys(headers).sort());
        for (const [key, value] of Object.entries(headers)) expect(Uint8Array.from(decoded[key] ?? [])).toEqual(value);
      }),
    );
  });

  it('is absent when there are no headers', () => {
    expect(encodeHeaderBlock({})).toBeNull();
    expect(decodeHeaderBlock(null)).toEqual({});
  });
});
