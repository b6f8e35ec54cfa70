import type { NewRecord } from '../port';
import { recordBytes } from './records';

/** Cuts records, in their order, into runs of at most `maxBytes` (each counted with `overheadBytes` more); a larger one stands alone. */
export function splitByBytes(
  records: readonly NewRecord[],
  maxBytes: number,
  overheadBytes: (record: NewRecord) => number = () => 0,
): NewRecord[][] {
  const runs: NewRecord[][] = [];
  let room = -1;
  for (const record of records) {
    const bytes = recordBytes(record) + overheadBytes(record);
    if (bytes > room) {
      runs.push([]);
      room = maxBytes;
    }
    runs.at(-1)?.push(record);
    room -= bytes;
  }
  return runs;
}
