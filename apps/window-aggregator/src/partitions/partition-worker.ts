import type { OrderFactsReader } from '@orderpulse/contracts';
import type { BatchContext, LogRecord, RecordBatch } from '@orderpulse/event-log';
import type { PartitionStore, ReadPosition } from '@orderpulse/state-store';
import { FigureOverflowError, InvalidTimeError, type PartitionWindows } from '@orderpulse/windowing';
import type { SnapshotWriter } from '../snapshots/snapshot-log';
import type { RejectedRecords, Rejection } from './rejected-records';

const HEARTBEAT_EVERY_RECORDS = 50;
const LATE: Rejection = { code: 'LATE', message: 'every window of the event had closed when it was read' };

/** What a worker needs; its store and state belong to it alone. */
export interface PartitionWorkerOptions {
  readonly topic: string;
  readonly partition: number;
  readonly windows: PartitionWindows;
  readonly store: PartitionStore;
  readonly snapshots: SnapshotWriter;
  readonly rejected: RejectedRecords;
  /** May be shared: nothing of what it reads is kept. */
  readonly reader: OrderFactsReader;
  readonly position: ReadPosition;
  readonly now: () => number;
}

/**
 * Folds one partition's records into its windows and writes its checkpoints. All work on the state is synchronous between
 * two awaits and leaves position, windows and rejected records in step after each record, so a checkpoint may be taken at
 * any await.
 */
export class PartitionWorker {
  readonly partition: number;
  /** The identity of the topic that is read. */
  readonly topicId: string;
  readonly windows: PartitionWindows;
  private readonly topic: string;
  private readonly store: PartitionStore;
  private readonly snapshots: SnapshotWriter;
  private readonly rejected: RejectedRecords;
  private readonly now: () => number;
  private readonly startOffset: number;
  private next: number;
  private lost: number;
  private stored: { offset: number; lost: number; atMs: number | null };
  private logEnd: number | null = null;
  private closed = false;
  private readonly reader: OrderFactsReader;

  constructor(options: PartitionWorkerOptions) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.windows = options.windows;
    this.store = options.store;
    this.snapshots = options.snapshots;
    this.rejected = options.rejected;
    this.now = options.now;
    this.topicId = options.position.topicId;
    this.startOffset = options.position.startOffset;
    this.next = options.position.nextOffset;
    this.lost = options.position.gap;
    this.reader = options.reader;
    this.stored = { offset: -1, lost: this.lost, atMs: null };
  }

  /** The identity of the snapshot topic on which the partition was claimed. */
  get snapshotTopicId(): string {
    return this.snapshots.topicId;
  }

  /** The next offset to read. */
  get nextOffset(): number {
    return this.next;
  }

  /** The next offset as of the last checkpoint; the start offset before the first. */
  get checkpointOffset(): number {
    return Math.max(this.startOffset, this.stored.offset);
  }

  get lastCheckpointMs(): number | null {
    return this.stored.atMs;
  }

  /** Offsets that the log had dropped before they were read. */
  get gap(): number {
    return this.lost;
  }

  /** The log's end as the last batch told it; null before the first. */
  get knownEnd(): number | null {
    return this.logEnd;
  }

  /** True when there is something that no checkpoint has. */
  get isDirty(): boolean {
    return this.next !== this.stored.offset || this.lost !== this.stored.lost;
  }

  /** Notes that a checkpoint with this position is on disk: the store was just opened. */
  resumedFrom(savedAtMs: number): void {
    this.stored = { offset: this.next, lost: this.lost, atMs: savedAtMs };
  }

  /** Goes on at `offset`, above the next one: what lies between is gone from the log. */
  skipTo(offset: number): void {
    if (offset <= this.next) throw new RangeError(`offset ${offset} is not above ${this.next}`);
    this.lost += offset - this.next;
    this.next = offset;
  }

  /** Folds a batch. Records below the next offset were read before and are skipped. Returns early when the context is stale. */
  async fold(batch: RecordBatch, context: BatchContext): Promise<void> {
    this.logEnd = batch.endOffset;
    let sinceHeartbeat = 0;
    let nowMs = this.now();
    for (const record of batch.records) {
      if (record.offset < this.next) continue;
      this.foldRecord(record, nowMs);
      this.next = record.offset + 1;
      if (++sinceHeartbeat < HEARTBEAT_EVERY_RECORDS) continue;
      sinceHeartbeat = 0;
      await context.heartbeat();
      if (context.isStale()) return;
      nowMs = this.now();
    }
    this.next = Math.max(this.next, batch.nextOffset);
  }

  /**
   * Writes what has changed:
   * 1. copies changes and position, in step with each other;
   * 2. sends rejected records and waits for their acknowledgement;
   * 3. publishes the checkpoint on the snapshot topic, which only the partition's owner can;
   * 4. writes the same as one atomic, synced batch to the store.
   * Whatever fails, nothing is lost: the next call tries the same and what came meanwhile.
   * @returns the offset that is now on disk
   * @throws EventLogError, StateStoreError
   */
  async checkpoint(): Promise<number> {
    const changes = this.windows.takeChanges();
    const { topicId, startOffset, next: nextOffset, lost: gap } = this;
    const position: ReadPosition = { topicId, startOffset, nextOffset, gap };
    try {
      await this.rejected.send();
      await this.store.checkpoint(changes, position, (operations) => this.snapshots.append(operations));
    } catch (error) {
      this.windows.returnChanges(changes);
      throw error;
    }
    this.stored = { offset: position.nextOffset, lost: position.gap, atMs: this.now() };
    return position.nextOffset;
  }

  /** Learns which records from the last checkpoint on are on the late and dead-letter topics. @throws EventLogError */
  async synchroniseRejected(): Promise<void> {
    await this.rejected.synchronise(this.checkpointOffset);
  }

  /** True when a checkpoint needs the log, for records to reject. */
  get hasRejected(): boolean {
    return this.rejected.pendingCount > 0;
  }

  /** Closes the store and gives up publishing. The windows stay for queries. Safe to call twice. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // Settles by itself what is still open; the next owner does not wait for it.
    void this.snapshots.close();
    await this.store.close();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  private foldRecord(record: LogRecord, nowMs: number): void {
    if (this.rejected.wasDeadLettered(record)) return this.windows.readDeadLetter();
    const read = this.reader.read(record.value, record, nowMs);
    if (!read.ok) return this.deadLetter(record, read);
    try {
      if (this.windows.read(read.facts) === 'late') this.rejected.late(record, LATE);
    } catch (error) {
      if (!(error instanceof FigureOverflowError || error instanceof InvalidTimeError)) throw error;
      this.deadLetter(record, error);
    }
  }

  private deadLetter(record: LogRecord, { code, message }: Rejection): void {
    this.windows.readDeadLetter();
    this.rejected.deadLetter(record, { code, message });
  }
}
