import type { NewRecord } from '@orderpulse/event-log';
import { SUMMARY_KEY, type BatchOperation } from '@orderpulse/state-store';

/** A store's key as the key of a record: hexadecimal digits. */
export const toRecordKey = (key: Uint8Array): string => Buffer.from(key).toString('hex');

/** The store's key of a record. */
export const fromRecordKey = (key: string): Uint8Array => Buffer.from(key, 'hex');

/** The key of the record that ends every checkpoint. */
export const SUMMARY_RECORD_KEY = toRecordKey(SUMMARY_KEY);

/**
 * The records of one checkpoint for the snapshot topic: the store's keys and sealed values as they are, a deletion as a
 * tombstone. The summary comes last: whoever has read it has read the whole checkpoint.
 */
export function toSnapshotRecords(
  operations: readonly BatchOperation[],
  partition: number,
  timestampMs: number,
): NewRecord[] {
  const records = operations.map((operation) => ({
    partition,
    key: toRecordKey(operation.key),
    value: operation.type === 'put' ? operation.value : null,
    timestampMs,
  }));
  const isSummary = ({ key }: { key: string }) => key === SUMMARY_RECORD_KEY;
  return [...records.filter((record) => !isSummary(record)), ...records.filter(isSummary)];
}
