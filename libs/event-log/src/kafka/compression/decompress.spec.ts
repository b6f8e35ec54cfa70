import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from './decompress';

const SNAPPY = 2;
const LZ4 = 3;

/** What a packer does: so many new bytes, then so many of those that stand so far back. */
const someStep = fc.record({
  literal: fc.uint8Array({ maxLength: 300 }),
  distance: fc.nat(),
  length: fc.integer({ min: 4, max: 400 }),
});
type Step = typeof someStep extends fc.Arbitrary<infer T> ? T : never;

/** What the steps stand for, and the distance that each really goes back; 0 where there is nothing yet. */
function play(steps: readonly Step[]): { content: Buffer; distances: number[] } {
  const bytes: number[] = [];
  const distances = steps.map(({ literal, distance: wanted, length }) => {
    bytes.push(...literal);
    if (bytes.length === 0) return 0;
    const distance = 1 + (wanted % Math.min(bytes.length, 65_535));
    for (let index = 0; index < length; index += 1) bytes.push(bytes[bytes.length - distance] as number);
    return distance;
  });
  return { content: Buffer.from(bytes), distances };
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function packSnappy(steps: readonly Step[], size: number, distances: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let rest = size;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) parts.push(Buffer.from([(rest % 128) + 128]));
  parts.push(Buffer.from([rest]));
  steps.forEach(({ literal, length }, index) => {
    const long = literal.length > 60;
    if (literal.length > 0) {
      const size = literal.length - 1;
      parts.push(
        long ? Buffer.from([61 << 2, size & 0xff, size >> 8]) : Buffer.from([size << 2]),
        Buffer.from(literal),
      );
    }
    const distance = distances[index] as number;
    if (distance === 0) return;
    for (let left = length; left > 0;) {
      const now = Math.min(left, 64);
      if (now >= 4 && now <= 11 && distance < 2_048) {
        parts.push(Buffer.from([1 | ((now - 4) << 2) | ((distance >> 8) << 5), distance & 0xff]));
      } else if (now % 2 === 0) {
        parts.push(Buffer.from([2 | ((now - 1) << 2), distance & 0xff, distance >> 8]));
      } else {
        parts.push(Buffer.from([3 | ((now - 1) << 2)]), int32(distance));
      }
      left -= now;
    }
  });
  return Buffer.concat(parts);
}

/** A length in the four bits of a token, and what of it does not fit there. */
function lz4Length(length: number): { nibble: number; more: Buffer } {
  if (length < 15) return { nibble: length, more: Buffer.alloc(0) };
  const rest = length - 15;
  return { nibble: 15, more: Buffer.from([...Array<number>(Math.floor(rest / 255)).fill(255), rest % 255]) };
}

function packLz4Block(steps: readonly Step[], distances: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  steps.forEach(({ literal, length }, index) => {
    const distance = distances[index] as number;
    if (distance === 0) return;
    const literals = lz4Length(literal.length);
    const match = lz4Length(length - 4);
    parts.push(Buffer.from([(literals.nibble << 4) | match.nibble]), literals.more, Buffer.from(literal));
    parts.push(Buffer.from([distance & 0xff, distance >> 8]), match.more);
  });
  // A block ends with literals, of which there may be none.
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** A frame of blocks of up to 64 KiB, with everything that a frame may have. */
function lz4Frame(blocks: readonly { bytes: Buffer; isPacked: boolean }[]): Buffer {
  const blockChecksum = 0x10;
  const contentSize = 0x08;
  const contentChecksum = 0x04;
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40 | blockChecksum | contentSize | contentChecksum, 4 << 4]);
  const framed = blocks.flatMap(({ bytes, isPacked }) => [
    int32(bytes.length + (isPacked ? 0 : 2 ** 31)),
    bytes,
    int32(7),
  ]);
  return Buffer.concat([header, Buffer.alloc(8), Buffer.from([9]), ...framed, int32(0), int32(11)]);
}

describe('decompress', () => {
  it('gives bytes without a codec back as they are', () => {
    const bytes = Buffer.from('plain');
    expect(decompress(0, bytes)).toBe(bytes);
  });

  it('unpacks gzip', () => {
    expect(decompress(1, gzipSync('packed')).toString()).toBe('packed');
  });

  it('unpacks zstd', () => {
    // A frame that says its size, with a block as it is, and a last one of a byte five times over.
    const frame = ['28b52ffd', '20', '09', '200000', '61626364', '2b0000', '65'].join('');
    expect(decompress(4, Buffer.from(frame, 'hex')).toString()).toBe('abcdeeeee');
  });

  it('unpacks any block of snappy, bare or in the stream of the Java client', () => {
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 6 }), (steps) => {
        const { content, distances } = play(steps);
        const block = packSnappy(steps, content.length, distances);
        expect(decompress(SNAPPY, block).equals(content)).toBe(true);
        const size = Buffer.alloc(4);
        size.writeUInt32BE(block.length);
        const magic = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
        const stream = Buffer.concat([magic, size, block, size, block]);
        expect(decompress(SNAPPY, stream).equals(Buffer.concat([content, content]))).toBe(true);
      }),
    );
  });

  it('unpacks any frame of LZ4, whose blocks may repeat what is in those before', () => {
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 12 }), fc.nat(12), (steps, cut) => {
        const { content, distances } = play(steps);
        const first = packLz4Block(steps.slice(0, cut), distances);
        const second = packLz4Block(steps.slice(cut), distances.slice(cut));
        const plain = Buffer.from('as it is');
        const frame = lz4Frame([
          { bytes: first, isPacked: true },
          { bytes: second, isPacked: true },
          { bytes: plain, isPacked: false },
        ]);
        expect(decompress(LZ4, frame).equals(Buffer.concat([content, plain]))).toBe(true);
      }),
    );
  });

  it('unpacks more blocks of LZ4 than it made room for', () => {
    const block = { bytes: Buffer.alloc(65_536, 'x'), isPacked: false };
    expect(decompress(LZ4, lz4Frame(Array(9).fill(block))).equals(Buffer.alloc(9 * 65_536, 'x'))).toBe(true);
  });

  it.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ])('ends with an error that names %s on any bytes that are cut short or changed', (name, codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decompress(codec, Buffer.from(bytes));
        } catch (error) {
          expect(String(error)).toContain(name);
        }
      }),
    );
  });

  it('does not fill the memory with what claims to be large', () => {
    expect(() => decompress(SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]))).toThrow('snappy');
  });
});
