import type { LogRecord, RecordBatch } from '../port';

export interface BatchLimits {
  maxBatchRecords: number;
  /** Of the values; at least one record whatever its size. */
  maxBatchBytes: number;
}

/** Cuts a fetched run of records into batches within the limits; the last of them ends at `nextOffset`. */
export function cutBatches(
  records: readonly LogRecord[],
  nextOffset: number,
  endOffset: number,
  limits: BatchLimits,
): RecordBatch[] {
  const runs: LogRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.byteLength ?? 0;
    const current = runs.at(-1);
    if (current && current.length < limits.maxBatchRecords && bytes + size <= limits.maxBatchBytes) {
      current.push(record);
      bytes += size;
    } else {
      runs.push([record]);
      bytes = size;
    }
  }
  return runs.flatMap((run, index) => {
    const [first] = run;
    if (!first) return [];
    const next = runs[index + 1]?.[0]?.offset ?? nextOffset;
    return [{ topic: first.topic, partition: first.partition, records: run, nextOffset: next, endOffset }];
  });
}
