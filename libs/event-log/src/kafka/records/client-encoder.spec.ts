import fc from 'fast-check';

/** The part of the client's encoder that requests nest. */
interface ClientEncoder {
  readonly buffer: Buffer;
  size(): number;
  writeInt32(value: number): this;
  writeBuffer(bytes: Buffer): this;
  writeEncoder(encoder: ClientEncoder): this;
  writeEncoderArray(encoders: readonly ClientEncoder[]): this;
}

const Encoder = jest.requireActual<new () => ClientEncoder>('kafkajs/src/protocol/encoder');

type Part = number | Buffer | readonly Part[];

/** Numbers, bytes on both sides of what is copied at once, and parts of such parts. */
const { parts } = fc.letrec<{ part: Part; parts: readonly Part[] }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'medium' },
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc
      .record({ byte: fc.nat(255), length: fc.nat(20_000) })
      .map(({ byte, length }) => Buffer.from(Uint8Array.from({ length }, (_, index) => byte + index))),
    tie('parts'),
  ),
  parts: fc.array(tie('part'), { maxLength: 6 }),
}));

function encode(content: readonly Part[]): ClientEncoder {
  const encoder = new Encoder();
  for (const part of content) {
    if (typeof part === 'number') encoder.writeInt32(part);
    else if (Buffer.isBuffer(part)) encoder.writeBuffer(part);
    else encoder.writeEncoderArray((part as readonly Part[]).map((each) => encode([each])));
  }
  return encoder;
}

function bytesOf(part: Part): Buffer {
  if (Buffer.isBuffer(part)) return part;
  if (typeof part !== 'number') return Buffer.concat((part as readonly Part[]).map(bytesOf));
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(part);
  return bytes;
}

describe('the encoder of the patched client', () => {
  it('writes parts within parts, of any size, one behind the other', () => {
    fc.assert(
      fc.property(parts, (content) => {
        const encoder = encode(content);
        const expected = bytesOf(content);
        expect(encoder.size()).toBe(expected.length);
        expect(encoder.buffer.equals(expected)).toBe(true);
      }),
    );
  });

  it('goes on behind what was asked for already', () => {
    fc.assert(
      fc.property(parts, parts, (before, behind) => {
        const encoder = encode(before);
        expect(encoder.buffer.equals(bytesOf(before))).toBe(true);
        encoder.writeEncoder(encode(behind));
        const expected = bytesOf([before, behind]);
        expect(encoder.size()).toBe(expected.length);
        expect(encoder.buffer.equals(expected)).toBe(true);
        expect(
          new Encoder()
            .writeInt32(encoder.size())
            .writeEncoder(encoder)
            .buffer.equals(bytesOf([expected.length, expected])),
        ).toBe(true);
      }),
    );
  });
});
