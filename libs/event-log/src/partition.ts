const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const ROTATION = 24;

/** The 32-bit MurmurHash2 of Kafka's Java client, as a signed integer. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const blocks = length >> 2;
  let hash = SEED ^ length;

  for (let block = 0; block < blocks; block += 1) {
    let word = Math.imul(view.getInt32(block * 4, true), MULTIPLIER);
    word ^= word >>> ROTATION;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }

  const tail = blocks * 4;
  const rest = length - tail;
  if (rest > 0) {
    if (rest > 2) hash ^= view.getUint8(tail + 2) << 16;
    if (rest > 1) hash ^= view.getUint8(tail + 1) << 8;
    hash = Math.imul(hash ^ view.getUint8(tail), MULTIPLIER);
  }

  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/**
 * The partition of a key, 0 ≤ partition < partitions: what Kafka's default partitioner gives for the key's UTF-8 bytes.
 * @throws RangeError when `partitions` is not a positive integer
 */
export function partitionForKey(key: string, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`partitions must be a positive integer, got ${partitions}`);
  }
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}
