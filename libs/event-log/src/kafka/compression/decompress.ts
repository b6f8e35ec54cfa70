import { gunzipSync } from 'node:zlib';
import { decompress as unpackZstd } from 'fzstd';
import { unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';

/** Records of one batch, unpacked: far beyond what producers put into a batch, and few enough to hold in memory. */
const MAX_BYTES = 256 * 1024 * 1024;

function unpackZstandard(bytes: Buffer): Buffer {
  const { buffer, byteOffset, byteLength } = unpackZstd(bytes);
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Kafka's numbers for codecs, in the lowest bits of a batch's attributes. */
const CODECS: Readonly<Record<number, { name: string; unpack: (bytes: Buffer) => Buffer }>> = {
  1: { name: 'gzip', unpack: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) },
  2: { name: 'snappy', unpack: (bytes) => unpackSnappy(bytes, MAX_BYTES) },
  3: { name: 'lz4', unpack: (bytes) => unpackLz4(bytes, MAX_BYTES) },
  4: { name: 'zstd', unpack: unpackZstandard },
};

/** What a batch's records are once unpacked. Codec 0 is none. @throws Error naming the codec */
export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes;
  const known = CODECS[codec];
  if (!known) throw new Error(`compression codec ${codec} is not known`);
  try {
    return known.unpack(bytes);
  } catch (error) {
    throw new Error(`${known.name} cannot unpack them`, { cause: error });
  }
}
