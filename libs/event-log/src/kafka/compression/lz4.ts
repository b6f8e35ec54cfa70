import { repeat } from './repeat';

const FRAME_MAGIC = 0x184d2204;
/** Bits of a frame's first flag byte. */
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const DICTIONARY_ID = 0x01;
/** Highest bit of a block's size: the block is not packed. */
const UNPACKED = 0x80000000;
const MIN_MATCH = 4;

/** What an LZ4 frame holds. Checksums are not verified. @throws RangeError on bytes that are not such, or that are over the bound */
export function unpackLz4(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.readUInt32LE(0) !== FRAME_MAGIC) throw new RangeError('no LZ4 frame');
  const flags = bytes.readUInt8(4);
  const maxBlockBytes = 2 ** (8 + 2 * ((bytes.readUInt8(5) >> 4) & 7));
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY_ID ? 4 : 0);
  let unpacked = Buffer.allocUnsafe(2 * maxBlockBytes);
  let filled = 0;
  for (;;) {
    const size = bytes.readUInt32LE(at);
    at += 4;
    if (size === 0) return unpacked.subarray(0, filled);
    const blockEnd = at + (size % UNPACKED);
    if (blockEnd > bytes.length) throw new RangeError('an LZ4 block is cut short');
    if (filled + maxBlockBytes > unpacked.length) {
      if (filled > maxBytes) throw new RangeError('an LZ4 frame is over the bound');
      unpacked = Buffer.concat([unpacked.subarray(0, filled)], 2 * unpacked.length);
    }
    const block = bytes.subarray(at, blockEnd);
    // Blocks may repeat what is in those before: they share one buffer.
    if (size >= UNPACKED) filled += block.copy(unpacked, filled);
    else filled = unpackBlock(block, unpacked, filled);
    at = blockEnd + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
}

/** Appends a block's content at `filled`; returns where it ends. */
function unpackBlock(block: Buffer, unpacked: Buffer, filled: number): number {
  let at = 0;
  const length = (low: number): number => {
    let total = low;
    for (let more = low === 15 ? 255 : 0; more === 255; at += 1) {
      more = block.readUInt8(at);
      total += more;
    }
    return total;
  };
  while (at < block.length) {
    const token = block.readUInt8(at);
    at += 1;
    const literals = length(token >> 4);
    if (at + literals > block.length || filled + literals > unpacked.length)
      throw new RangeError('an LZ4 literal is too long');
    block.copy(unpacked, filled, at, at + literals);
    at += literals;
    filled += literals;
    // The last sequence is literals alone.
    if (at === block.length) break;
    const distance = block.readUInt16LE(at);
    at += 2;
    const match = length(token & 15) + MIN_MATCH;
    if (filled + match > unpacked.length) throw new RangeError('an LZ4 match is too long');
    repeat(unpacked, filled, distance, match);
    filled += match;
  }
  return filled;
}
