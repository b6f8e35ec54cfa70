import type { LogRecord } from '../port';
import type { PartitionSlice, ReadLimits } from '../core/partition-source';

/** One partition: records from `earliest` on, without gaps. */
export class MemoryPartition {
  private records: LogRecord[] = [];
  private first = 0;

  get earliest(): number {
    return this.first;
  }

  get end(): number {
    return this.first + this.records.length;
  }

  append(record: Omit<LogRecord, 'offset'>): void {
    this.records.push({ ...record, offset: this.end });
  }

  read(fromOffset: number, limits: ReadLimits): PartitionSlice {
    const taken: LogRecord[] = [];
    let bytes = 0;
    for (let offset = Math.max(fromOffset, this.first); offset < this.end; offset += 1) {
      const record = this.records[offset - this.first];
      if (!record || taken.length >= limits.maxRecords) break;
      bytes += record.value?.byteLength ?? 0;
      if (taken.length > 0 && bytes > limits.maxBytes) break;
      taken.push(record);
    }
    const last = taken.at(-1);
    return {
      records: taken,
      nextOffset: last ? last.offset + 1 : Math.max(fromOffset, this.first),
      endOffset: this.end,
    };
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
    this.first += expired;
  }
}
