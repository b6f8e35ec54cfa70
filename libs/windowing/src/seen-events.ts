import { FINGERPRINT_BYTES, FINGERPRINT_WORDS, fingerprint } from './event-id';

/** How long event ids are remembered, in event time of their partition. */
export interface DeduplicationSpec {
  /** At least so long; at most one bucket longer. */
  readonly horizonMs: number;
  /** Ids are forgotten by whole buckets of event time of this width. */
  readonly bucketMs: number;
}

/** Fingerprints of events whose time lies in `[bucket·bucketMs, (bucket+1)·bucketMs)`, 16 bytes each. */
export interface SeenBucket {
  readonly bucket: number;
  readonly fingerprints: Uint8Array;
}

const MIN_CAPACITY = 1024;
const MAX_LOAD = 0.6;

/**
 * The event ids that a partition has read within the horizon: an open-addressing hash table on typed arrays (20 bytes a
 * slot, nothing for the garbage collector to walk). What is remembered depends on the order of the events alone, never on
 * when it was cleaned up or stored: an id of bucket b is remembered iff b ≥ floor((stream time − horizon) / bucket width).
 */
export class SeenEvents {
  private words: Uint32Array = new Uint32Array(MIN_CAPACITY * FINGERPRINT_WORDS);
  /** bucket + 1 of each slot; 0 is a free slot. Forgotten entries stay until the table is rebuilt. */
  private buckets: Uint32Array = new Uint32Array(MIN_CAPACITY);
  private used = 0;
  private readonly liveCounts = new Map<number, number>();
  private added = new Map<number, number[]>();
  private readonly probe = new Uint32Array(FINGERPRINT_WORDS);
  private aimedAt: string | undefined;
  private first = 0;

  /** @throws RangeError unless both are positive whole ms and the bucket is not longer than the horizon */
  constructor(readonly spec: DeduplicationSpec = { horizonMs: 900_000, bucketMs: 60_000 }) {
    const { horizonMs, bucketMs } = spec;
    if (!Number.isSafeInteger(horizonMs) || !Number.isSafeInteger(bucketMs) || bucketMs <= 0 || bucketMs > horizonMs) {
      throw new RangeError(
        `deduplication needs whole ms with 0 < bucket ≤ horizon, got horizon ${horizonMs}, bucket ${bucketMs}`,
      );
    }
  }

  /** The oldest bucket that is remembered. */
  get firstBucket(): number {
    return this.first;
  }

  /** Number of remembered ids. */
  get size(): number {
    let size = 0;
    for (const count of this.liveCounts.values()) size += count;
    return size;
  }

  /** True when the id was added and is still within the horizon. */
  has(eventId: string): boolean {
    this.aim(eventId);
    return this.isLive(this.find(this.probe));
  }

  /** Remembers an id, unless its time is already beyond the horizon. */
  add(eventId: string, eventTimeMs: number): void {
    const bucket = Math.floor(eventTimeMs / this.spec.bucketMs);
    if (bucket < this.first) return;
    this.aim(eventId);
    if (!this.insert(this.probe, bucket)) return;
    let pending = this.added.get(bucket);
    if (!pending) this.added.set(bucket, (pending = []));
    for (let word = 0; word < FINGERPRINT_WORDS; word++) pending.push(this.probe[word] ?? 0);
  }

  /** Forgets what stream time has left behind. Returns true when that moved the oldest bucket. */
  advance(streamTimeMs: number): boolean {
    const first = Math.max(0, Math.floor((streamTimeMs - this.spec.horizonMs) / this.spec.bucketMs));
    if (first <= this.first) return false;
    this.first = first;
    for (const bucket of this.liveCounts.keys()) if (bucket < first) this.liveCounts.delete(bucket);
    for (const bucket of this.added.keys()) if (bucket < first) this.added.delete(bucket);
    return true;
  }

  /** Puts stored ids back; they are not reported by takeAdded. */
  restore({ bucket, fingerprints }: SeenBucket): void {
    if (bucket < this.first) return;
    const words = new Uint32Array(FINGERPRINT_WORDS);
    const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength);
    for (let at = 0; at + FINGERPRINT_BYTES <= fingerprints.byteLength; at += FINGERPRINT_BYTES) {
      for (let word = 0; word < FINGERPRINT_WORDS; word++) words[word] = view.getUint32(at + word * 4);
      this.insert(words, bucket);
    }
  }

  /** The ids added since the last call that are still remembered, by bucket. */
  takeAdded(): SeenBucket[] {
    const taken = Array.from(this.added, ([bucket, words]) => {
      const fingerprints = new Uint8Array(words.length * 4);
      const view = new DataView(fingerprints.buffer);
      words.forEach((word, index) => view.setUint32(index * 4, word));
      return { bucket, fingerprints };
    });
    this.added = new Map();
    return taken;
  }

  /** Takes back what takeAdded gave, after it could not be stored. */
  returnAdded(taken: readonly SeenBucket[]): void {
    for (const { bucket, fingerprints } of taken) {
      if (bucket < this.first) continue;
      const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength);
      const words = Array.from({ length: fingerprints.byteLength / 4 }, (_, index) => view.getUint32(index * 4));
      this.added.set(bucket, [...words, ...(this.added.get(bucket) ?? [])]);
    }
  }

  /** Puts the fingerprint of an id into `probe`; asking and adding come in pairs, so that it is made once. */
  private aim(eventId: string): void {
    if (eventId === this.aimedAt) return;
    fingerprint(eventId, this.probe);
    this.aimedAt = eventId;
  }

  private get capacity(): number {
    return this.buckets.length;
  }

  private isLive(slot: number): boolean {
    return (this.buckets[slot] ?? 0) > this.first;
  }

  /** The slot of an id, or the free slot where it would go. */
  private find(words: Uint32Array): number {
    const mask = this.capacity - 1;
    // UUID bits are random only outside the version and variant fields, and time-ordered ones start with a clock.
    let slot = ((words[3] ?? 0) ^ Math.imul(words[1] ?? 0, 0x9e3779b1)) & mask;
    while (this.buckets[slot] !== 0) {
      const at = slot * FINGERPRINT_WORDS;
      if (
        this.words[at] === words[0] &&
        this.words[at + 1] === words[1] &&
        this.words[at + 2] === words[2] &&
        this.words[at + 3] === words[3]
      )
        break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private insert(words: Uint32Array, bucket: number): boolean {
    if (this.used + 1 > this.capacity * MAX_LOAD) this.rebuild();
    const slot = this.find(words);
    if (this.isLive(slot)) return false;
    if (this.buckets[slot] === 0) this.used++;
    this.buckets[slot] = bucket + 1;
    this.words.set(words, slot * FINGERPRINT_WORDS);
    this.liveCounts.set(bucket, (this.liveCounts.get(bucket) ?? 0) + 1);
    return true;
  }

  /** Copies what is remembered into a table with room for twice as much. */
  private rebuild(): void {
    const { words, buckets } = this;
    const needed = Math.max(MIN_CAPACITY, (this.size + 1) / (MAX_LOAD / 2));
    const capacity = 2 ** Math.ceil(Math.log2(needed));
    this.words = new Uint32Array(capacity * FINGERPRINT_WORDS);
    this.buckets = new Uint32Array(capacity);
    this.used = 0;
    for (let slot = 0; slot < buckets.length; slot++) {
      const marked = buckets[slot] ?? 0;
      if (marked <= this.first) continue;
      const id = words.subarray(slot * FINGERPRINT_WORDS, (slot + 1) * FINGERPRINT_WORDS);
      const target = this.find(id);
      this.words.set(id, target * FINGERPRINT_WORDS);
      this.buckets[target] = marked;
      this.used++;
    }
  }
}
