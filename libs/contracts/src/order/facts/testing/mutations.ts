import fc from 'fast-check';

/** Pieces of JSON that do not fit, or only look as if: numbers, texts, literals, nesting, space. */
export const ODD_TOKENS: readonly string[] = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '5.0',
    '0.0',
    '-0.0',
    '1e2',
    '1E+2',
    '2e-1',
    '1e400',
    '-1e400',
    '1e-400',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
  ],
  ...['1e', '1e+', '0x1', '1_0', '9007199254740991', '9007199254740992', '9007199254740993', '999999999999999'],
  ...[
    '1000000000000',
    '1000000000001',
    '1000000000000.5',
    '9999999999999999999999',
    `1${'0'.repeat(310)}`,
    `0.${'0'.repeat(330)}1`,
  ],
  ...['NaN', 'Infinity', '-Infinity', 'undefined', 'null', 'nul', 'nulll', 'true', 'True', 'false', 'fals', 'falsey'],
  ...[
    '""',
    '"yes"',
    '"YES"',
    '"yes "',
    '"yes\\n"',
    '"\\u0079es"',
    '"ye\u017f"',
    '"true"',
    '"TrUe"',
    '"order.updated"',
    '"order.lost"',
  ],
  ...[
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\u00e9"',
    '"\ud83d\ude00"',
    '"\ufeff"',
    '"\\u00"',
    '"\\u00g0"',
    '"\\u00/0"',
    '"\\u00:0"',
    '"\\u00@0"',
    '"\\u00G0"',
    '"\\u00`0"',
    '"\\x"',
    '"\\"',
  ],
  ...[
    '"\n"',
    '"\t"',
    '"\u0000"',
    '"\u001f"',
    '"\u007f"',
    "'a'",
    `"${'x'.repeat(200)}"`,
    `"${'x'.repeat(201)}"`,
    `"${'\u00e9'.repeat(101)}"`,
  ],
  ...[
    '{}',
    '[]',
    '[[]]',
    '{"a":{}}',
    '[1,]',
    '[,]',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{a:1}',
    '{"a":1 "b":2}',
    '[1 2]',
    ']',
    '}',
    ',',
    ':',
  ],
  ...[
    '{"__proto__":{"event_type":"order.created"}}',
    '{"a":1,"a":2}',
    '{"\\u0061":1}',
    ' ',
    '\n',
    '\u00a0',
    '\ufeff',
    '/**/',
  ],
  ...[nested('[', ']', 63), nested('[', ']', 70), nested('{"a":', '}', 70, '1'), '['.repeat(100)],
];

/** Bytes that are no text in UTF-8: too long, half a surrogate pair, beyond Unicode, cut off. */
export const BAD_UTF8: readonly Uint8Array[] = [
  Uint8Array.of(0x80),
  Uint8Array.of(0xc0, 0xaf),
  Uint8Array.of(0xe0, 0x80, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.of(0xf0, 0x9f, 0x98),
  Uint8Array.of(0xff),
];

/** Texts to put in front of the field that is named first. */
const FIELDS: readonly string[] = [
  '"__proto__":null,',
  '"__proto__":{"event_type":"order.created"},',
  '"event_type":"order.updated",',
  '"\\u0065vent_type":"order.refunded",',
  '"event_id":null,',
  '"revenue_cents":7,',
  '"delivered":"yes",',
  '"caf\u00e9":"\u00e9",',
  '"caf\\u00e9":1,',
  '"":1,',
  '"a":1,',
  '"ab" :\n[ 1 , {} ] ,',
];

function nested(open: string, close: string, depth: number, inner = ''): string {
  return open.repeat(depth) + inner + close.repeat(depth);
}

/** One change of a record's bytes. `at` chooses the place, whatever the length. */
interface Mutation {
  kind: 'flip' | 'put' | 'insert' | 'delete' | 'truncate' | 'repeat' | 'token' | 'field' | 'splice';
  at: number;
  length: number;
  piece: Uint8Array;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const piece = fc.oneof(
  fc.constantFrom(...ODD_TOKENS).map(bytesOf),
  fc.constantFrom(...BAD_UTF8),
  fc.constantFrom(...'"\\{}[]:,0e-. \n\u0000').map(bytesOf),
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
);

export const arbitraryMutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom<Mutation['kind'][]>(
        'flip',
        'put',
        'insert',
        'delete',
        'truncate',
        'repeat',
        'token',
        'splice',
      ),
      at: fc.nat(),
      length: fc.nat(40),
      piece,
    }),
    fc.record({
      kind: fc.constant('field' as const),
      at: fc.nat(),
      length: fc.constant(0),
      piece: fc.constantFrom(...FIELDS).map(bytesOf),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

/** @param other a second record, whose end may be put onto the first */
export function mutate(record: Buffer, mutations: readonly Mutation[], other: Buffer): Buffer {
  return mutations.reduce((bytes, mutation) => mutateOnce(bytes, mutation, other), record);
}

function mutateOnce(bytes: Buffer, { kind, at, length, piece }: Mutation, other: Buffer): Buffer {
  const place = at % (bytes.length + 1);
  const replaced = (from: number, to: number, ...by: Uint8Array[]): Buffer =>
    Buffer.concat([bytes.subarray(0, from), ...by, bytes.subarray(to)]);
  if (kind === 'flip') return replaced(place, place + 1, Uint8Array.of((bytes[place] ?? 0) ^ (1 << (length % 8))));
  if (kind === 'put') return replaced(place, place + piece.length, piece);
  if (kind === 'insert') return replaced(place, place, piece);
  if (kind === 'delete') return replaced(place, place + length);
  if (kind === 'truncate') return replaced(place, bytes.length);
  if (kind === 'repeat') return replaced(place, place, bytes.subarray(place, place + length));
  if (kind === 'splice') return replaced(place, bytes.length, other.subarray(at % (other.length + 1)));
  const found = tokens(bytes.toString('latin1'), kind === 'field' ? /"[a-z_]+":/g : /"[^"]*"|[-\d.]+|true|false|null/g);
  const token = found[at % Math.max(found.length, 1)];
  if (!token) return bytes;
  return replaced(token.index, kind === 'field' ? token.index : token.index + token[0].length, piece);
}

function tokens(text: string, pattern: RegExp): RegExpExecArray[] {
  return [...text.matchAll(pattern)];
}
