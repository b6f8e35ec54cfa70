import { FINGERPRINT_BYTES, FINGERPRINT_WORDS, fingerprint, type EventId } from './event-id';
import { IdTable } from './id-table';
import { MAX_TIME_MS } from './window-family';

/** How long event ids are remembered, in event time of their partition. */
export interface DeduplicationSpec {
  /** At least so long; at most one bucket longer. */
  readonly horizonMs: number;
  /** Ids are forgotten by whole buckets of event time of this width. */
  readonly bucketMs: number;
}

export const DEFAULT_DEDUPLICATION: DeduplicationSpec = { horizonMs: 900_000, bucketMs: 60_000 };

/** Fingerprints of events whose time lies in `[bucket·bucketMs, (bucket+1)·bucketMs)`, 16 bytes each. */
export interface SeenBucket {
  readonly bucket: number;
  readonly fingerprints: Uint8Array;
}

/** What is known of one bucket beside the table: how many ids it has, and those that no checkpoint has yet. */
interface Bucket {
  count: number;
  added: Int32Array;
  addedWords: number;
}

const FIRST_ADDED_WORDS = 64 * FINGERPRINT_WORDS;
const NO_WORDS = new Int32Array(0);

/**
 * The event ids that a partition has read within the horizon. What is remembered depends on the order of the events alone,
 * never on when it was cleaned up or stored: an id of bucket b is remembered iff b ≥ floor((stream time − horizon) / bucket width).
 */
export class SeenEvents {
  private readonly table = new IdTable();
  private readonly buckets = new Map<number, Bucket>();
  private readonly probed = new Int32Array(FINGERPRINT_WORDS);
  /** The bucket that was added to last: most events are of the same minute as the one before. */
  private lastNumber = -1;
  private last: Bucket = newBucket();

  /** @throws RangeError unless both are whole ms, the bucket is not longer than the horizon, and 32 bits can number the buckets */
  constructor(readonly spec: DeduplicationSpec = DEFAULT_DEDUPLICATION) {
    const { horizonMs, bucketMs } = spec;
    if (!Number.isSafeInteger(horizonMs) || !Number.isSafeInteger(bucketMs) || bucketMs <= 0 || bucketMs > horizonMs) {
      throw new RangeError(
        `deduplication needs whole ms with 0 < bucket ≤ horizon, got horizon ${horizonMs}, bucket ${bucketMs}`,
      );
    }
    if (MAX_TIME_MS / bucketMs >= 2 ** 32) throw new RangeError(`a bucket of ${bucketMs} ms is too short`);
  }

  /** The oldest bucket that is remembered. */
  get firstBucket(): number {
    return this.table.firstBucket;
  }

  /** Number of remembered ids. */
  get size(): number {
    let size = 0;
    for (const { count } of this.buckets.values()) size += count;
    return size;
  }

  /** True when the id was remembered and is still within the horizon. Whatever the answer, `remember` is about this id now. */
  probe(id: EventId): boolean {
    fingerprint(id, this.probed);
    return this.table.has(this.probed);
  }

  /** Remembers the id that was probed last, unless its time is already beyond the horizon. */
  remember(eventTimeMs: number): void {
    const number = Math.floor(eventTimeMs / this.spec.bucketMs);
    if (number < this.table.firstBucket || !this.table.add(this.probed, number)) return;
    const bucket = number === this.lastNumber ? this.last : this.switchTo(number);
    bucket.count++;
    if (bucket.addedWords === bucket.added.length) grow(bucket);
    for (let word = 0; word < FINGERPRINT_WORDS; word++) bucket.added[bucket.addedWords++] = this.probed[word] ?? 0;
  }

  /** Forgets what stream time has left behind. */
  advance(streamTimeMs: number): void {
    const first = Math.max(0, Math.floor((streamTimeMs - this.spec.horizonMs) / this.spec.bucketMs));
    if (first <= this.table.firstBucket) return;
    this.table.firstBucket = first;
    for (const number of this.buckets.keys()) if (number < first) this.buckets.delete(number);
    // Its number may come again only with a time beyond the horizon, which is not remembered.
    if (this.lastNumber < first) this.lastNumber = -1;
  }

  /** Puts stored ids back; they are not reported by takeAdded. */
  restore({ bucket: number, fingerprints }: SeenBucket): void {
    if (number < this.table.firstBucket) return;
    const id = new Int32Array(FINGERPRINT_WORDS);
    const words = fromBytes(fingerprints);
    for (let at = 0; at + FINGERPRINT_WORDS <= words.length; at += FINGERPRINT_WORDS) {
      for (let word = 0; word < FINGERPRINT_WORDS; word++) id[word] = words[at + word] ?? 0;
      if (this.table.add(id, number)) this.switchTo(number).count++;
    }
  }

  /** The ids added since the last call that are still remembered, by bucket. */
  takeAdded(): SeenBucket[] {
    const taken: SeenBucket[] = [];
    for (const [number, bucket] of this.buckets) {
      if (bucket.addedWords === 0) continue;
      taken.push({ bucket: number, fingerprints: toBytes(bucket.added.subarray(0, bucket.addedWords)) });
      bucket.added = NO_WORDS;
      bucket.addedWords = 0;
    }
    return taken;
  }

  /** Takes back what takeAdded gave, after it could not be stored: it comes again, in front of what was added meanwhile. */
  returnAdded(taken: readonly SeenBucket[]): void {
    for (const { bucket: number, fingerprints } of taken) {
      const bucket = this.buckets.get(number);
      if (!bucket) continue;
      const returned = fromBytes(fingerprints);
      const added = new Int32Array(returned.length + bucket.addedWords);
      added.set(returned);
      added.set(bucket.added.subarray(0, bucket.addedWords), returned.length);
      bucket.added = added;
      bucket.addedWords = added.length;
    }
  }

  private switchTo(number: number): Bucket {
    let bucket = this.buckets.get(number);
    if (!bucket) this.buckets.set(number, (bucket = newBucket()));
    this.lastNumber = number;
    this.last = bucket;
    return bucket;
  }
}

function newBucket(): Bucket {
  return { count: 0, added: NO_WORDS, addedWords: 0 };
}

function grow(bucket: Bucket): void {
  const added = new Int32Array(Math.max(FIRST_ADDED_WORDS, bucket.added.length * 2));
  added.set(bucket.added);
  bucket.added = added;
}

/** Words as bytes, big-endian on every machine. */
function toBytes(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(words.byteLength);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < words.length; word++) view.setInt32(word * 4, words[word] ?? 0);
  return bytes;
}

function fromBytes(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(Math.floor(bytes.byteLength / FINGERPRINT_BYTES) * FINGERPRINT_WORDS);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let word = 0; word < words.length; word++) words[word] = view.getInt32(word * 4);
  return words;
}
