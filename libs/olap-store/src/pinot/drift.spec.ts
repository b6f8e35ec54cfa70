import fc from 'fast-check';
import { drift } from './drift';

describe('drift', () => {
  it('finds nothing between a declaration and what Pinot made of it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (declared, defaults) => {
          expect(drift(declared, { ...defaults, ...structuredClone(declared) })).toEqual([]);
        },
      ),
    );
  });

  it('takes numbers given back as text for the same, and field specs in any order', () => {
    const declared = {
      rows: '100',
      specs: [
        { name: 'a', type: 'INT' },
        { name: 'b', type: 'LONG' },
      ],
    };
    const existing = {
      rows: 100,
      specs: [
        { name: 'b', type: 'LONG', more: 1 },
        { name: 'a', type: 'INT' },
      ],
    };
    expect(drift(declared, existing)).toEqual([]);
  });

  it('names the path of everything that is missing or different', () => {
    const declared = { a: { b: 1, c: [1, 2] }, d: [{ name: 'x', type: 'INT' }], e: 'new', f: {} };
    expect(drift(declared, { a: { b: 2, c: [1] }, d: [{ name: 'x', type: 'LONG' }] })).toEqual([
      '/a/b',
      '/a/c',
      '/d/x/type',
      '/e',
    ]);
    expect(drift(declared, null)).toEqual(['']);
  });
});
