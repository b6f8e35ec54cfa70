import { deduplicationOf, type PartitionChanges, type PartitionWindowsOptions } from '@orderpulse/windowing';
import { checkpointOperations, fullOperations } from './checkpoint-operations';
import type { CheckpointHeader, ReadPosition } from './checkpoint-summary';
import { decodeKey } from './codec';
import { FILE_SYSTEM_REFUSES, type BatchOperation, type Database } from './database';
import { StoreDamagedError, StoreUnavailableError } from './errors';
import { EntryReader, type StoredPartition } from './stored-partition';

export interface PartitionStoreOptions {
  readonly topic: string;
  readonly partition: number;
  /** The rules by which the partition is counted. */
  readonly windows: PartitionWindowsOptions;
  /** Opens the same directory each time. */
  readonly database: () => Database;
  readonly now: () => number;
}

/**
 * The window state of one partition on disk. A checkpoint is one atomic, synced batch of what has changed in groups and
 * slices, added and forgotten event ids, stream time, totals, counters and the next offset, so state and offset can never
 * disagree.
 *
 * When a checkpoint fails, nothing is known of it: the next one opens the database anew (LevelDB refuses writes after a
 * failed one), makes sure that it holds either the last or the failed checkpoint, and writes the same number again.
 */
export class PartitionStore {
  private database: Database;
  private sequence = 0;
  /** Keys of event ids by bucket, for deletion. */
  private readonly seenKeys = new Map<number, Uint8Array[]>();
  private failed = false;
  private writing = false;
  private closed = false;
  /** Resolves when the database is not being opened again. */
  private reopening: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: PartitionStoreOptions) {
    this.database = options.database();
  }

  /**
   * Opens the database and audits what it holds; `stored` is undefined when it is new.
   * @throws StoreDamagedError (the database is closed again), StoreLockedError, StoreUnavailableError
   */
  static async open(
    options: PartitionStoreOptions,
  ): Promise<{ store: PartitionStore; stored: StoredPartition | undefined }> {
    const store = new PartitionStore(options);
    const stored = await store.openAndAudit();
    store.sequence = stored?.sequence ?? 0;
    return { store, stored };
  }

  /**
   * Writes one checkpoint. On failure the caller gives the changes back to the partition's windows and may call again.
   * @param publish is given the operations before they are written; when it rejects, nothing is written
   * @throws StoreUnavailableError (retriable), StoreDamagedError when the files changed underneath; what `publish` throws
   */
  async checkpoint(
    changes: PartitionChanges,
    position: ReadPosition,
    publish?: (operations: readonly BatchOperation[]) => Promise<void>,
  ): Promise<void> {
    await this.exclusively(async () => {
      if (this.failed) {
        const reopened = this.reopen();
        this.reopening = reopened.catch(() => undefined);
        await reopened;
      }
      const header = this.header(this.sequence + 1, position);
      const forgotten = [...this.seenKeys].filter(([bucket]) => bucket < changes.summary.firstSeenBucket);
      const operations = checkpointOperations(
        header,
        changes,
        forgotten.flatMap(([, keys]) => keys),
      );
      // Whether they get there or not: they are deleted one day, which does no harm.
      this.rememberSeenKeys(operations);
      await publish?.(operations);
      await this.write(operations);
      this.sequence = header.sequence;
      for (const [bucket] of forgotten) this.seenKeys.delete(bucket);
    });
  }

  /**
   * Makes the store hold this state in place of whatever it holds, in one step. The next checkpoint follows its number.
   * @throws StoreUnavailableError
   */
  async replaceWith(stored: StoredPartition): Promise<void> {
    await this.exclusively(async () => {
      const puts = fullOperations(stored);
      const kept = new Set(puts.map(({ key }) => Buffer.from(key).toString('hex')));
      const deletions: BatchOperation[] = [];
      for await (const [key] of this.database.entries())
        if (!kept.has(Buffer.from(key).toString('hex'))) deletions.push({ type: 'del', key });
      await this.write([...deletions, ...puts]);
      this.sequence = stored.sequence;
      this.seenKeys.clear();
      this.rememberSeenKeys(puts);
    });
  }

  /** Closes the store for good, also under a checkpoint that is being written: that one is refused. */
  async close(): Promise<void> {
    this.closed = true;
    // Opened behind this call, the database would keep its lock.
    await this.reopening;
    await this.database.close();
  }

  private header(sequence: number, position: ReadPosition): CheckpointHeader {
    const { topic, partition, windows, now } = this.options;
    const rules = { stores: windows.stores.specs(), deduplication: deduplicationOf(windows) };
    return { topic, partition, ...rules, sequence, savedAtMs: now(), ...position };
  }

  private async exclusively(work: () => Promise<void>): Promise<void> {
    if (this.writing) throw new Error('one checkpoint at a time');
    this.writing = true;
    try {
      await work();
    } finally {
      this.writing = false;
    }
  }

  private async write(operations: BatchOperation[]): Promise<void> {
    try {
      await this.database.writeSync(operations);
    } catch (error) {
      this.failed = true;
      const { topic, partition } = this.options;
      throw new StoreUnavailableError(`checkpoint of ${topic}-${partition} failed: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  private async reopen(): Promise<void> {
    const { topic, partition } = this.options;
    if (this.closed) throw new StoreUnavailableError(`the store of ${topic}-${partition} was closed`);
    await this.database.close();
    this.database = this.options.database();
    const stored = await this.openAndAudit();
    const found = stored?.sequence ?? 0;
    // The failed checkpoint may have reached the disk or not; anything else means that the files are not ours any more.
    if (found !== this.sequence && found !== this.sequence + 1) {
      await this.database.close();
      throw new StoreDamagedError(`checkpoint ${found} found where ${this.sequence} was written`);
    }
    this.failed = false;
  }

  private async openAndAudit(): Promise<StoredPartition | undefined> {
    await this.database.open();
    try {
      const reader = new EntryReader();
      for await (const [key, value] of this.database.entries()) {
        reader.take(key, value);
        this.rememberSeenKey(key);
      }
      return reader.finish(this.options);
    } catch (error) {
      await this.database.close();
      if (error instanceof StoreDamagedError) throw error;
      if (FILE_SYSTEM_REFUSES.test(messageOf(error)))
        throw new StoreUnavailableError(`the store cannot be read: ${messageOf(error)}`, { cause: error });
      throw new StoreDamagedError(`it cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  private rememberSeenKeys(operations: readonly BatchOperation[]): void {
    for (const { type, key } of operations) if (type === 'put') this.rememberSeenKey(key);
  }

  private rememberSeenKey(key: Uint8Array): void {
    const decoded = decodeKey(key);
    if (decoded.kind !== 'seen') return;
    const keys = this.seenKeys.get(decoded.bucket);
    if (keys) keys.push(key);
    else this.seenKeys.set(decoded.bucket, [key]);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
