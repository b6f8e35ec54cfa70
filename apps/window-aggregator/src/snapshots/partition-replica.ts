import type { LogRecord, RecordBatch } from '@orderpulse/event-log';
import { type BatchOperation, readStoredPartition, type StoredPartition } from '@orderpulse/state-store';
import { PartitionWindows, type PartitionWindowsOptions } from '@orderpulse/windowing';
import { fromRecordKey, SUMMARY_RECORD_KEY, toRecordKey } from './snapshot-records';

export interface PartitionReplicaOptions {
  readonly topic: string;
  readonly partition: number;
  readonly windows: PartitionWindowsOptions;
}

/** What queries need of a replica. */
export interface ReplicaView {
  readonly stored: StoredPartition;
  readonly windows: PartitionWindows;
}

/**
 * One partition's state as its owner published it: the newest value of every key as of the last complete checkpoint. It is
 * whole only once the snapshot topic was read to its end, because compaction takes away what newer records replace.
 */
export class PartitionReplica {
  private readonly entries = new Map<string, Uint8Array>();
  private incomplete: LogRecord[] = [];
  private position = 0;
  private identity = '';
  private viewed: ReplicaView | null | undefined;

  constructor(private readonly options: PartitionReplicaOptions) {}

  /** The offset of the snapshot topic to read next. */
  get nextSnapshotOffset(): number {
    return this.position;
  }

  /** The identity of the snapshot topic that is read; empty before the first read. */
  get snapshotTopicId(): string {
    return this.identity;
  }

  /** Takes what comes next on the snapshot topic. Records count once their checkpoint is complete. */
  apply({ topicId, records, nextOffset }: Pick<RecordBatch, 'topicId' | 'records' | 'nextOffset'>): void {
    this.identity = topicId;
    for (const record of records) {
      this.incomplete.push(record);
      if (record.key === SUMMARY_RECORD_KEY) this.complete();
    }
    this.position = nextOffset;
  }

  /**
   * The state with all that going on from it takes; undefined when nothing was published.
   * @throws StoreDamagedError when it does not add up
   */
  stored(): StoredPartition | undefined {
    const { topic, partition, windows } = this.options;
    const entries = Array.from(this.entries, ([key, value]) => [fromRecordKey(key), value] as const);
    return readStoredPartition(entries, { topic, partition, windows });
  }

  /** The state for queries, made when it is first asked for. Undefined when nothing was published. @throws StoreDamagedError */
  view(): ReplicaView | undefined {
    if (this.viewed === undefined) {
      const stored = this.stored();
      // Queries do not ask for event ids, which are most of the state.
      const windows = stored && PartitionWindows.restore(this.options.windows, { ...stored.snapshot, seen: [] });
      this.viewed = stored && windows ? { stored, windows } : null;
    }
    return this.viewed ?? undefined;
  }

  /** Deletions of all keys that `operations` does not put: together they replace everything that was published. */
  deletionsBeside(operations: readonly BatchOperation[]): BatchOperation[] {
    const kept = new Set(operations.map(({ key }) => toRecordKey(key)));
    const published = new Set([...this.entries.keys(), ...this.incomplete.flatMap(({ key }) => key ?? [])]);
    return [...published].filter((key) => !kept.has(key)).map((key) => ({ type: 'del', key: fromRecordKey(key) }));
  }

  private complete(): void {
    for (const { key, value } of this.incomplete) {
      if (key === null) continue;
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
    this.incomplete = [];
    this.viewed = undefined;
  }
}
