import fc from 'fast-check';
import { z } from 'zod';
import { compileShape } from './compile-shape';
import { ShapeScanner } from './shape-scanner';

/** More than any document here but those that say so. */
const MAX_BYTES = 4_096;

const scannerOf = (schema: z.core.$ZodType, kept: readonly string[] = [], maxBytes = MAX_BYTES): ShapeScanner =>
  new ShapeScanner(compileShape(schema, kept), maxBytes);

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** Whether a document is one of the schema's; undefined when it is not JSON. */
function isValid(schema: z.ZodType, text: string): boolean {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

describe('ShapeScanner', () => {
  it('finds the end of texts of every length at every place within 16 bytes, and whatever a text must not contain', () => {
    const schema = z.looseObject({ field: z.string(), other: z.string() });
    const scanner = scannerOf(schema, ['field', 'other']);
    for (let place = 0; place < 16; place++)
      for (let length = 0; length <= 40; length++) {
        const text = 'x'.repeat(length);
        expect(scanner.scan(bytesOf(`${' '.repeat(place)}{"field":"${text}","other":"y"}`))).toBe(true);
        expect([scanner.kept.text(0), scanner.kept.text(1), scanner.isAscii]).toEqual([text, 'y', true]);
        for (const wrong of ['"', '\\', '\n', '\u0000', '\u001f'])
          for (const at of new Set([0, length >> 1, length - 1].filter((at) => at >= 0))) {
            const broken = text.slice(0, at) + wrong + text.slice(at + 1);
            expect(scanner.scan(bytesOf(`${' '.repeat(place)}{"field":"${broken}","other":"y"}`))).toBe(false);
          }
      }
  });

  it('notices every byte beyond ASCII, wherever it stands', () => {
    const scanner = scannerOf(z.looseObject({ field: z.string() }));
    for (let at = 0; at < 40; at++)
      for (const letter of ['\u0080', 'é', '€', '😀']) {
        expect(scanner.scan(bytesOf(`{"field":"${'x'.repeat(at)}${letter}${'x'.repeat(40 - at)}"}`))).toBe(true);
        expect(scanner.isAscii).toBe(false);
      }
    expect(scanner.scan(bytesOf(`{"field":"${'x'.repeat(40)}\u007f"}`))).toBe(true);
    expect(scanner.isAscii).toBe(true);
  });

  it('tells names of every length from those that differ in one letter, are longer, or are shorter', () => {
    for (let length = 2; length <= 28; length++) {
      const name = 'abcdefghijklmnopqrstuvwxyz01'.slice(0, length);
      const scanner = scannerOf(z.looseObject({ [name]: z.number() }), []);
      for (const space of ['', ' ', ' '.repeat(15)]) {
        const accepts = (written: string): boolean => scanner.scan(bytesOf(`{${space}"${written}"${space}:1}`));
        // Every document without the name lacks a field that must be there.
        expect(accepts(name)).toBe(true);
        for (let at = 0; at < length; at++)
          expect(accepts(`${name.slice(0, at)}_${name.slice(at + 1)}`.replace('__', '-_'))).toBe(false);
        for (const other of [`${name}2`, `2${name}`, name.slice(1), name.slice(0, -1), '', `${name}\\u0000`])
          expect(accepts(other)).toBe(false);
        expect(accepts(name)).toBe(true);
      }
    }
  });

  it('takes a document of the largest size, none that is larger, and none that ends too early', () => {
    for (let size = 12; size < 80; size++) {
      const scanner = scannerOf(z.looseObject({ field: z.string() }), ['field'], size);
      const text = 'x'.repeat(size - 12);
      const document = bytesOf(`{"field":"${text}"}`);
      expect(document).toHaveLength(size);
      expect(scanner.scan(document)).toBe(true);
      expect(scanner.kept.text(0)).toBe(text);
      expect(scanner.scan(Buffer.concat([document, bytesOf(' ')]))).toBe(false);
      for (let length = 0; length < size; length++) expect(scanner.scan(document.subarray(0, length))).toBe(false);
    }
  });

  it('takes nothing from a longer document that was in the same place before', () => {
    const schema = z.looseObject({ list: z.array(z.looseObject({ name: z.string(), count: z.number() })) });
    const scanner = scannerOf(schema);
    const whole = `{"list":[{"name":"first","count":12.5},{"name":"${'x'.repeat(60)}","count":1e3}],"more":[null,true,false]}`;
    for (let length = whole.length; length >= 0; length--) {
      scanner.scan(bytesOf(whole.replace('1e3', '103')));
      expect(scanner.scan(bytesOf(whole.replace('1e3', '103').slice(0, length)))).toBe(length === whole.length);
    }
  });

  it('knows many short texts by heart, and those that it has no room for as well', () => {
    const schema = z.looseObject({ city: z.string(), kind: z.string().regex(/^k/), item: z.array(z.string()) });
    const scanner = scannerOf(schema, ['city', 'kind', 'item[]']);
    for (let round = 0; round < 3; round++)
      for (let index = 0; index < 3_000; index++) {
        // The same text in several fields, and in pairs that differ in their last letters or length alone.
        const text = 'k'.repeat(index % 19) + String(index);
        const document = { city: text, kind: `k${text}`, item: [text, '', text.slice(0, -1), text] };
        expect(scanner.scan(bytesOf(JSON.stringify(document)))).toBe(true);
        expect({
          city: scanner.kept.text(0),
          kind: scanner.kept.text(1),
          item: Array.from({ length: scanner.kept.repeatedCount }, (_, item) => scanner.kept.text(2, item)),
        }).toStrictEqual(document);
      }
  });

  it('refuses a text that does not satisfy its check again and again, also when another field has it', () => {
    const scanner = scannerOf(z.looseObject({ field: z.string().regex(/^yes$/), other: z.string() }), ['other']);
    for (let round = 0; round < 3; round++) {
      expect(scanner.scan(bytesOf('{"other":"no","field":"yes"}'))).toBe(true);
      expect(scanner.scan(bytesOf('{"other":"no","field":"no"}'))).toBe(false);
      expect(scanner.scan(bytesOf(`{"other":"yes","field":"${'no'.repeat(20)}"}`))).toBe(false);
    }
  });

  it('checks a text, though many other fields have accepted it', () => {
    const names = Array.from({ length: 60 }, (_, index) => `field_${index}`);
    const others = Object.fromEntries(names.map((name) => [name, z.string()]));
    const scanner = scannerOf(z.looseObject({ ...others, checked: z.string().regex(/^even_\d*[02468]$/) }), names);
    for (let index = 0; index < 500; index++) {
      const text = `even_${index}`;
      const fields = Object.fromEntries(names.map((name) => [name, text]));
      expect(scanner.scan(bytesOf(JSON.stringify({ ...fields, checked: 'even_0' })))).toBe(true);
      expect(scanner.scan(bytesOf(JSON.stringify({ ...fields, checked: text })))).toBe(index % 2 === 0);
    }
  });

  it('checks texts wherever they stand, kept or not', () => {
    const schema = z.looseObject({ list: z.array(z.looseObject({ kind: z.enum(['a', 'a longer one than fits']) })) });
    const scanner = scannerOf(schema);
    expect(scanner.scan(bytesOf('{"list":[{"kind":"a"},{"kind":"a longer one than fits"},{"kind":"a"}]}'))).toBe(true);
    expect(scanner.scan(bytesOf('{"list":[{"kind":"a"},{"kind":"b"}]}'))).toBe(false);
    expect(scanner.scan(bytesOf('{"list":[{"kind":"a"},{"kind":"a longer one than fit"}]}'))).toBe(false);
  });

  it('notices each of 64 fields that is missing or stands twice', () => {
    const names = Array.from({ length: 64 }, (_, index) => `field_${index}`);
    const scanner = scannerOf(z.looseObject(Object.fromEntries(names.map((name) => [name, z.number()]))));
    const write = (fields: readonly string[]): Uint8Array =>
      bytesOf(`{${fields.map((name) => `"${name}":1`).join(',')}}`);
    expect(scanner.scan(write(names))).toBe(true);
    for (const name of names) {
      expect(scanner.scan(write(names.filter((other) => other !== name)))).toBe(false);
      expect(scanner.scan(write([...names, name]))).toBe(false);
      expect(scanner.scan(write([name, ...names]))).toBe(false);
    }
    expect(scanner.scan(write([...names].reverse()))).toBe(true);
  });

  it('gives for numbers of every length what JSON.parse gives', () => {
    const schema = z.looseObject({ whole: z.number().int().nonnegative(), other: z.number() });
    const scanner = scannerOf(schema, ['whole']);
    const digits = fc.stringMatching(/^\d{1,20}$/);
    const number = fc.oneof(
      { weight: 3, arbitrary: digits },
      fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc.tuple(digits, fc.constantFrom('', '.', '-', '.0', 'e1', '.e', '..0')).map(([whole, end]) => `${whole}${end}`),
      fc.stringMatching(/^-?\d{0,18}\.?\d{0,34}$/),
    );
    let accepted = 0;
    fc.assert(
      fc.property(number, number, (whole, other) => {
        const text = `{"whole":${whole},"other":${other}}`;
        if (!scanner.scan(bytesOf(text))) return;
        accepted++;
        expect(isValid(schema, text)).toBe(true);
        expect(scanner.kept.number(0)).toBe(Number(whole));
      }),
      { numRuns: 4_000 },
    );
    expect(accepted).toBeGreaterThan(300);
    for (const whole of ['0', '7', '999999999999999', '1000000000000000', '9007199254740991'])
      expect([scanner.scan(bytesOf(`{"whole":${whole},"other":0}`)), scanner.kept.number(0)]).toEqual([true, +whole]);
    for (const kept of [['whole'], []])
      for (const whole of ['9007199254740992', '9999999999999999', '10000000000000000', '00', '01', '1.0', '-0', '-1'])
        expect(scannerOf(schema, kept).scan(bytesOf(`{"whole":${whole},"other":0}`))).toBe(false);
  });

  it('accepts only what the schema does, in any order of values and nesting', () => {
    const schema = z.looseObject({
      id: z.string().min(1).max(40),
      list: z.array(z.looseObject({ name: z.string().nullish(), price: z.number().positive() })),
      flag: z.union([z.boolean(), z.string()]).nullish(),
    });
    const scanner = scannerOf(schema, ['id', 'flag']);
    const value = fc.oneof(
      fc.string({ maxLength: 42 }),
      fc.constantFrom<unknown>('', null, true, false, 0, -1, 0.5, 1e21, {}, [], [{}], [{ price: 0 }], [{ price: 3 }]),
      fc.array(fc.record({ name: fc.option(fc.string()), price: fc.double({ min: 0, max: 9, noNaN: true }) }), {
        maxLength: 3,
      }),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const key = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('id', 'list', 'flag') }, fc.string({ maxLength: 20 }));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), fc.nat(3), (fields, indent) => {
        const usual: [string, unknown][] = [
          ['id', 'x'],
          ['list', []],
        ];
        const text = JSON.stringify(Object.fromEntries([...usual, ...fields]), null, indent);
        if (!scanner.scan(bytesOf(text))) return;
        accepted++;
        expect(isValid(schema, text)).toBe(true);
        const { id, flag } = JSON.parse(text) as { id: string; flag?: unknown };
        expect(scanner.kept.text(0)).toBe(id);
        expect(scanner.kept.isTrue(1)).toBe(flag === true);
        expect(scanner.kept.text(1)).toBe(typeof flag === 'string' ? flag : undefined);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});
