import {
  ringCapacity,
  type HoppingWindows,
  type PartitionChanges,
  type PartitionSnapshot,
  type SeenBucket,
  type Slice,
} from '@orderpulse/windowing';
import { audit, type StoredContent } from './audit';
import { decodeSummary, encodeSummary, FORMAT_VERSION, type CheckpointSummary } from './checkpoint-summary';
import { decodeKey, decodeSlice, encodeSlice, MAX_SLOTS, seal, seenKey, slotKey, SUMMARY_KEY, unseal } from './codec';
import { FILE_SYSTEM_REFUSES, type BatchOperation, type Database } from './database';
import { StoreDamagedError, StoreUnavailableError } from './errors';

/** Where a partition's reading stands. Offsets are those of the source topic. */
export interface ReadPosition {
  /** The offset (inclusive) from which the store has counted. */
  readonly startOffset: number;
  /** The next offset to read; everything below is in the state. */
  readonly nextOffset: number;
  /** Offsets in between that the log had dropped before they were read. */
  readonly gap: number;
}

/** A partition as its last checkpoint left it. */
export interface StoredPartition extends ReadPosition {
  readonly savedAtMs: number;
  readonly snapshot: PartitionSnapshot;
}

export interface PartitionStoreOptions {
  readonly topic: string;
  readonly partition: number;
  readonly windows: HoppingWindows;
  /** Opens the same directory each time. */
  readonly database: () => Database;
  readonly now: () => number;
}

/**
 * The window state of one partition on disk. A checkpoint is one atomic, synced batch of dirty slices, added and forgotten
 * event ids, stream time, totals, counters and the next offset, so state and offset can never disagree.
 *
 * When a checkpoint fails, nothing is known of it: the next one opens the database anew (LevelDB refuses writes after a
 * failed one), makes sure that it holds either the last or the failed checkpoint, and writes the same number again.
 */
export class PartitionStore {
  private database: Database;
  private sequence = 0;
  /** Checkpoints that added ids to a bucket: their keys, for deletion. */
  private readonly seenChunks = new Map<number, Set<number>>();
  private failed = false;
  private writing = false;

  private constructor(private readonly options: PartitionStoreOptions) {
    this.database = options.database();
  }

  /**
   * Opens the database and audits what it holds; `stored` is undefined when it is new.
   * @throws StoreDamagedError (the database is closed again), StoreLockedError, StoreUnavailableError; RangeError for
   * windows of more slices than a slot key can number
   */
  static async open(
    options: PartitionStoreOptions,
  ): Promise<{ store: PartitionStore; stored: StoredPartition | undefined }> {
    if (ringCapacity(options.windows) > MAX_SLOTS)
      throw new RangeError(`a store has at most ${MAX_SLOTS} slots; choose a longer advance`);
    const store = new PartitionStore(options);
    const content = await store.openAndAudit();
    return { store, stored: content && toStoredPartition(content) };
  }

  /**
   * Writes one checkpoint. On failure the caller gives the changes back to the partition's windows and may call again.
   * @throws StoreUnavailableError (retriable), StoreDamagedError when the files changed underneath
   */
  async checkpoint(changes: PartitionChanges, position: ReadPosition): Promise<void> {
    if (this.writing) throw new Error('one checkpoint at a time');
    this.writing = true;
    try {
      if (this.failed) await this.reopen();
      await this.write(changes, position);
    } finally {
      this.writing = false;
    }
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async write(
    { summary: state, dirtySlices, addedSeen }: PartitionChanges,
    position: ReadPosition,
  ): Promise<void> {
    const { topic, partition, windows, now } = this.options;
    const sequence = this.sequence + 1;
    const summary: CheckpointSummary = {
      format: FORMAT_VERSION,
      topic,
      partition,
      windows: { sizeMs: windows.sizeMs, advanceMs: windows.advanceMs, graceMs: windows.graceMs },
      sequence,
      ...position,
      savedAtMs: now(),
      state,
    };
    const capacity = ringCapacity(windows);
    const forgotten = [...this.seenChunks].filter(([bucket]) => bucket < state.firstSeenBucket);
    const operations: BatchOperation[] = [
      put(SUMMARY_KEY, encodeSummary(summary)),
      ...dirtySlices.map((slice) => put(slotKey(slice.slice % capacity), encodeSlice(slice))),
      ...addedSeen.map(({ bucket, fingerprints }) => put(seenKey(bucket, sequence), fingerprints)),
      ...forgotten.flatMap(([bucket, sequences]) =>
        Array.from(sequences, (old) => ({ type: 'del' as const, key: seenKey(bucket, old) })),
      ),
    ];
    for (const { bucket } of addedSeen) this.rememberChunk(bucket, sequence);
    try {
      await this.database.writeSync(operations);
    } catch (error) {
      this.failed = true;
      throw new StoreUnavailableError(`checkpoint of ${topic}-${partition} failed: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.sequence = sequence;
    for (const [bucket] of forgotten) this.seenChunks.delete(bucket);
  }

  private async reopen(): Promise<void> {
    await this.database.close();
    this.database = this.options.database();
    const content = await this.openAndAudit(this.sequence);
    const found = content?.summary.sequence ?? 0;
    // The failed checkpoint may have reached the disk or not; anything else means that the files are not ours any more.
    if (found !== this.sequence && found !== this.sequence + 1) {
      await this.database.close();
      throw new StoreDamagedError(`checkpoint ${found} found where ${this.sequence} was written`);
    }
    this.failed = false;
  }

  private async openAndAudit(resumeAt?: number): Promise<StoredContent | undefined> {
    const { windows, topic, partition } = this.options;
    await this.database.open();
    try {
      const content = await this.load();
      if (content) {
        audit(content, windows, topic, partition);
        this.sequence = resumeAt ?? content.summary.sequence;
      }
      return content;
    } catch (error) {
      await this.database.close();
      if (error instanceof StoreDamagedError) throw error;
      if (FILE_SYSTEM_REFUSES.test(messageOf(error)))
        throw new StoreUnavailableError(`the store cannot be read: ${messageOf(error)}`, { cause: error });
      throw new StoreDamagedError(`it cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  private async load(): Promise<StoredContent | undefined> {
    let summary: CheckpointSummary | undefined;
    const slots: Slice[] = [];
    const buckets: SeenBucket[] = [];
    const capacity = ringCapacity(this.options.windows);
    for await (const [key, value] of this.database.entries()) {
      const decoded = decodeKey(key);
      const payload = unseal(key, value);
      if (decoded.kind === 'summary') summary = decodeSummary(payload);
      else if (decoded.kind === 'slot') {
        const slice = decodeSlice(payload);
        if (slice.slice % capacity !== decoded.slot)
          throw new StoreDamagedError(`slice ${slice.slice} in slot ${decoded.slot}`);
        slots.push(slice);
      } else {
        buckets.push({ bucket: decoded.bucket, fingerprints: Uint8Array.from(payload) });
        this.rememberChunk(decoded.bucket, decoded.sequence);
      }
    }
    if (!summary) {
      if (slots.length + buckets.length > 0) throw new StoreDamagedError('there are values but no summary');
      return undefined;
    }
    const { streamTimeMs, firstSeenBucket } = summary.state;
    const firstLive = this.options.windows.firstLiveSlice(streamTimeMs);
    return {
      summary,
      slices: slots.filter(({ slice }) => slice >= firstLive),
      seen: buckets.filter(({ bucket }) => bucket >= firstSeenBucket),
    };
  }

  private rememberChunk(bucket: number, sequence: number): void {
    const sequences = this.seenChunks.get(bucket) ?? new Set();
    sequences.add(sequence);
    this.seenChunks.set(bucket, sequences);
  }
}

function toStoredPartition({ summary, slices, seen }: StoredContent): StoredPartition {
  const { startOffset, nextOffset, gap, savedAtMs, state } = summary;
  return { startOffset, nextOffset, gap, savedAtMs, snapshot: { ...state, slices, seen } };
}

function put(key: Uint8Array, payload: Uint8Array): BatchOperation {
  return { type: 'put', key, value: seal(key, payload) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
