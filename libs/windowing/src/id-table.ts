import { FINGERPRINT_WORDS } from './event-id';

const MIN_CAPACITY = 64;
/** Above this share of taken slots an insertion makes room first. */
const MAX_LOAD = 0.75;
/** At most this share of the slots is taken by remembered ids once room was made. */
const TARGET_LOAD = 0.5;
const FREE = 0;
/** Words of an entry: the fingerprint, and the bucket. */
const ENTRY_WORDS = FINGERPRINT_WORDS + 1;
const { imul } = Math;

/**
 * A set of 128-bit fingerprints, each with the number of its bucket: open addressing with linear probing on typed arrays,
 * nothing for the garbage collector to walk. One byte of an id's hash stands in an array of its own (`tags`), which is small
 * enough for the processor's caches: to see that an id is new seldom takes a look at anything else.
 *
 * Ids of buckets below `firstBucket` count as absent. They leave the table when an insertion needs room.
 */
export class IdTable {
  /** Ids of buckets below it count as absent; it only grows. */
  firstBucket = 0;
  /** 0 is a free slot. */
  private tags = new Uint8Array(MIN_CAPACITY);
  private entries = new Int32Array(MIN_CAPACITY * ENTRY_WORDS);
  private mask = MIN_CAPACITY - 1;
  private taken = 0;

  get capacity(): number {
    return this.mask + 1;
  }

  /** True when the id is there. */
  has(id: Int32Array): boolean {
    const slot = this.find(id, 0);
    return this.tags[slot] !== FREE && this.isLive(slot);
  }

  /** Adds an id. Returns false, and changes nothing, when it is there already. */
  add(id: Int32Array, bucket: number): boolean {
    if (this.taken + 1 > this.capacity * MAX_LOAD) this.makeRoom();
    const slot = this.find(id, 0);
    if (this.tags[slot] === FREE) this.taken++;
    else if (this.isLive(slot)) return false;
    this.put(slot, id, 0, bucket);
    return true;
  }

  private isLive(slot: number): boolean {
    return this.bucketOf(slot) >= this.firstBucket;
  }

  private bucketOf(slot: number): number {
    return (this.entries[slot * ENTRY_WORDS + FINGERPRINT_WORDS] ?? 0) >>> 0;
  }

  /** The slot of an id, `from[at..]`, or the free slot where it would go. */
  private find(from: Int32Array, at: number): number {
    const { tags, entries, mask } = this;
    const w0 = from[at] ?? 0;
    const w1 = from[at + 1] ?? 0;
    const w2 = from[at + 2] ?? 0;
    const w3 = from[at + 3] ?? 0;
    const hash = hashOf(w0, w1, w2, w3);
    const tag = tagOf(hash);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = tags[slot];
      if (found === FREE) return slot;
      if (found !== tag) continue;
      const there = slot * ENTRY_WORDS;
      const same = entries[there] === w0 && entries[there + 1] === w1;
      if (same && entries[there + 2] === w2 && entries[there + 3] === w3) return slot;
    }
  }

  /** Writes an id, `from[at..]`, into a slot. */
  private put(slot: number, from: Int32Array, at: number, bucket: number): void {
    const to = slot * ENTRY_WORDS;
    for (let word = 0; word < FINGERPRINT_WORDS; word++) this.entries[to + word] = from[at + word] ?? 0;
    this.entries[to + FINGERPRINT_WORDS] = bucket;
    this.tags[slot] = tagOf(hashAt(from, at));
  }

  /** Takes absent ids out, where the table has the right size for the others; else builds one that has. */
  private makeRoom(): void {
    let live = 0;
    for (let slot = 0; slot < this.capacity; slot++) if (this.tags[slot] !== FREE && this.isLive(slot)) live++;
    const capacity = Math.max(MIN_CAPACITY, 2 ** Math.ceil(Math.log2((live + 1) / TARGET_LOAD)));
    if (capacity === this.capacity) this.sweep();
    else this.rebuild(capacity);
  }

  private sweep(): void {
    for (let slot = 0; slot < this.capacity; slot++) {
      // Taking one out may move another one to its place.
      while (this.tags[slot] !== FREE && !this.isLive(slot)) this.takeOut(slot);
    }
  }

  /** Frees a slot and moves later ids of the run back, so that none of them is cut off from its home slot. */
  private takeOut(slot: number): void {
    let hole = slot;
    for (let next = (hole + 1) & this.mask; this.tags[next] !== FREE; next = (next + 1) & this.mask) {
      if (((next - this.homeOf(next)) & this.mask) < ((next - hole) & this.mask)) continue;
      this.put(hole, this.entries, next * ENTRY_WORDS, this.bucketOf(next));
      hole = next;
    }
    this.tags[hole] = FREE;
    this.taken--;
  }

  private homeOf(slot: number): number {
    return hashAt(this.entries, slot * ENTRY_WORDS) & this.mask;
  }

  private rebuild(capacity: number): void {
    const { tags, entries } = this;
    this.tags = new Uint8Array(capacity);
    this.entries = new Int32Array(capacity * ENTRY_WORDS);
    this.mask = capacity - 1;
    this.taken = 0;
    for (let slot = 0; slot < tags.length; slot++) {
      const at = slot * ENTRY_WORDS;
      const bucket = (entries[at + FINGERPRINT_WORDS] ?? 0) >>> 0;
      if (tags[slot] === FREE || bucket < this.firstBucket) continue;
      this.put(this.find(entries, at), entries, at, bucket);
      this.taken++;
    }
  }
}

/** Every word counts: some UUIDs are a clock and a constant, and only the clock's word differs. */
function hashOf(w0: number, w1: number, w2: number, w3: number): number {
  const mixed = imul(w0, 0x85ebca6b) ^ imul(w1, 0x9e3779b1) ^ imul(w2, 0xc2b2ae35) ^ w3;
  const spread = imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  return spread ^ (spread >>> 15);
}

function hashAt(from: Int32Array, at: number): number {
  return hashOf(from[at] ?? 0, from[at + 1] ?? 0, from[at + 2] ?? 0, from[at + 3] ?? 0);
}

/** A byte of the hash that the slot number seldom uses; never FREE. */
function tagOf(hash: number): number {
  return (hash >>> 24) | 1;
}
