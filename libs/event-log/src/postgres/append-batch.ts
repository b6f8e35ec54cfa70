import { encodeHeaders } from '../core/records';
import type { NewRecord } from '../port';
import { encodeHeaderBlock } from './header-codec';

/** The parameters of event_log.append_records after the topic's id, in its order. */
export type AppendParameters = [
  partitions: number[],
  ranks: number[],
  timestamps: number[],
  starts: number[],
  keyLengths: number[],
  headerLengths: number[],
  valueLengths: number[],
  data: Buffer,
];

/** Lays records out for one call of event_log.append_records. */
export function appendParameters(records: readonly NewRecord[]): AppendParameters {
  const ranks = new Map<number, number>();
  const parts: Uint8Array[] = [];
  // SQL counts bytes from 1.
  let start = 1;
  const parameters: AppendParameters = [[], [], [], [], [], [], [], Buffer.alloc(0)];
  const [partitions, rankColumn, timestamps, starts, keyLengths, headerLengths, valueLengths] = parameters;
  for (const record of records) {
    const rank = ranks.get(record.partition) ?? 0;
    ranks.set(record.partition, rank + 1);
    partitions.push(record.partition);
    rankColumn.push(rank);
    timestamps.push(Math.trunc(record.timestampMs));
    starts.push(start);
    const add = (bytes: Uint8Array | null, lengths: number[]): void => {
      lengths.push(bytes?.byteLength ?? -1);
      if (!bytes) return;
      parts.push(bytes);
      start += bytes.byteLength;
    };
    add(record.key === null ? null : Buffer.from(record.key, 'utf8'), keyLengths);
    add(record.headers ? encodeHeaderBlock(encodeHeaders(record.headers)) : null, headerLengths);
    add(record.value, valueLengths);
  }
  parameters[7] = Buffer.concat(parts);
  return parameters;
}
