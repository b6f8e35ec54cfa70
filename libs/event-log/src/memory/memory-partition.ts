import type { LogRecord, RecordBatch } from '../port';
import type { ReadLimits } from '../core/partition-source';

/** Below this many records compaction is not worth its while. */
const MIN_COMPACTED = 1_000;

/** One partition: records from `earliest` on, without gaps unless it is compacted. */
export class MemoryPartition {
  private records: LogRecord[] = [];
  private first = 0;
  private next = 0;
  /** How many records there were after the last compaction. */
  private compactedCount = 0;

  constructor(
    private readonly topic: string,
    private readonly topicId: string,
    private readonly partition: number,
  ) {}

  get earliest(): number {
    return this.first;
  }

  get end(): number {
    return this.next;
  }

  append(record: Omit<LogRecord, 'topic' | 'partition' | 'offset'>): void {
    this.records.push({ topic: this.topic, partition: this.partition, offset: this.next, ...record });
    this.next += 1;
  }

  read(fromOffset: number, limits: ReadLimits): RecordBatch {
    const start = this.indexOf(fromOffset);
    let end = start;
    for (let bytes = 0; end < this.records.length && end - start < limits.maxRecords; end += 1) {
      bytes += this.records[end]?.value?.byteLength ?? 0;
      if (end > start && bytes > limits.maxBytes) break;
    }
    const { topic, topicId, partition, next } = this;
    const isWhole = end === this.records.length;
    const nextOffset = isWhole ? Math.max(fromOffset, next) : (this.records[end]?.offset ?? next);
    const records = this.records.slice(start, end);
    return { topic, topicId, partition, records, fromOffset, nextOffset, endOffset: next };
  }

  last(): LogRecord | null {
    return this.records.at(-1) ?? null;
  }

  offsetForTime(timestampMs: number): number {
    return this.records.find((record) => record.timestampMs >= timestampMs)?.offset ?? this.end;
  }

  /** Drops the oldest records with a time below `beforeMs`; the newest record stays whatever its time. */
  expire(beforeMs: number): void {
    let expired = 0;
    while (expired < this.records.length - 1 && (this.records[expired]?.timestampMs ?? beforeMs) < beforeMs)
      expired += 1;
    if (expired === 0) return;
    this.records = this.records.slice(expired);
    this.first = this.records[0]?.offset ?? this.next;
  }

  /** True when about half of the records may be superseded. */
  isWorthCompacting(): boolean {
    return this.records.length >= Math.max(MIN_COMPACTED, 2 * this.compactedCount);
  }

  /** Drops every record that a newer one of its key replaces. Tombstones stay. */
  compact(): void {
    const newest = new Map(this.records.map(({ key, offset }) => [key, offset]));
    this.records = this.records.filter(({ key, offset }) => newest.get(key) === offset);
    this.compactedCount = this.records.length;
  }

  /** Where the first record at or above an offset is. */
  private indexOf(offset: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle]?.offset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
