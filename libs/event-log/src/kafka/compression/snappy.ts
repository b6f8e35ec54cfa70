import { repeat } from './repeat';

/** How snappy-java, which Kafka's own client uses, begins its streams of blocks; other clients send one bare block. */
const STREAM_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** The magic, a version and the oldest version that reads it. */
const STREAM_HEADER_BYTES = 16;

/** What snappy packed, bare or as a stream of blocks. @throws RangeError on bytes that are not such, or that are over the bound */
export function unpackSnappy(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, STREAM_MAGIC.length).equals(STREAM_MAGIC)) return unpackBlock(bytes, maxBytes);
  const blocks: Buffer[] = [];
  let room = maxBytes;
  for (let at = STREAM_HEADER_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('a snappy block is cut short');
    const block = unpackBlock(bytes.subarray(at + 4, end), room);
    blocks.push(block);
    room -= block.length;
    at = end;
  }
  return Buffer.concat(blocks);
}

function unpackBlock(bytes: Buffer, maxBytes: number): Buffer {
  const { value: size, next } = readSize(bytes);
  if (size > maxBytes) throw new RangeError(`a snappy block of ${size} bytes is over the bound`);
  const unpacked = Buffer.allocUnsafe(size);
  let at = next;
  let filled = 0;
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at);
    at += 1;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        // A long literal: so many bytes hold its length.
        const lengthBytes = length - 60;
        length = bytes.readUIntLE(at, lengthBytes) + 1;
        at += lengthBytes;
      }
      if (at + length > bytes.length || filled + length > size) throw new RangeError('a snappy literal is too long');
      bytes.copy(unpacked, filled, at, at + length);
      at += length;
      filled += length;
      continue;
    }
    let length = (tag >> 2) + 1;
    let distance: number;
    if ((tag & 3) === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | bytes.readUInt8(at);
      at += 1;
    } else {
      const distanceBytes = (tag & 3) === 2 ? 2 : 4;
      distance = bytes.readUIntLE(at, distanceBytes);
      at += distanceBytes;
    }
    if (filled + length > size) throw new RangeError('a snappy copy is too long');
    repeat(unpacked, filled, distance, length);
    filled += length;
  }
  if (filled !== size) throw new RangeError('a snappy block is cut short');
  return unpacked;
}

/** Seven bits a byte, the lowest first. */
function readSize(bytes: Buffer): { value: number; next: number } {
  let value = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new RangeError('a snappy block has no length');
}
