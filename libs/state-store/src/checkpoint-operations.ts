import { FINGERPRINT_BYTES, type PartitionChanges, type StoreSnapshot } from '@orderpulse/windowing';
import { encodeSummary, type CheckpointHeader } from './checkpoint-summary';
import { encodeFigures, groupKey, seal, seenKey, sliceKey, SUMMARY_KEY } from './codec';
import type { BatchOperation } from './database';
import type { StoredPartition } from './stored-partition';

/** Most bytes of event ids under one key: 512 KiB. */
const PART_BYTES = 32_768 * FINGERPRINT_BYTES;

/**
 * The operations of one checkpoint, in an order in which they may be carried out one by one: deletions come first, because
 * what is gone may be there again.
 * @param forgotten keys of event ids that are not remembered any more
 */
export function checkpointOperations(
  header: CheckpointHeader,
  { summary, stores, addedSeen }: PartitionChanges,
  forgotten: Iterable<Uint8Array> = [],
): BatchOperation[] {
  const operations: BatchOperation[] = [];
  for (const key of forgotten) operations.push({ type: 'del', key });
  stores.forEach(({ droppedSlices, droppedGroups }, store) => {
    for (const { slice, group } of droppedSlices) operations.push({ type: 'del', key: sliceKey(store, slice, group) });
    for (const group of droppedGroups) operations.push({ type: 'del', key: groupKey(store, group) });
  });
  operations.push(put(SUMMARY_KEY, encodeSummary(header, summary)));
  stores.forEach((contents, store) => putContents(operations, store, contents));
  for (const { bucket, fingerprints } of addedSeen) {
    for (let at = 0; at < fingerprints.length; at += PART_BYTES) {
      const key = seenKey(bucket, header.sequence, at / PART_BYTES);
      operations.push(put(key, fingerprints.subarray(at, at + PART_BYTES)));
    }
  }
  return operations;
}

/**
 * The operations that make an empty database hold a whole state, under the keys it was read from: what later checkpoints
 * delete here is what they delete there.
 */
export function fullOperations({ snapshot, ...header }: StoredPartition): BatchOperation[] {
  const operations: BatchOperation[] = [put(SUMMARY_KEY, encodeSummary(header, snapshot))];
  snapshot.contents.forEach((contents, store) => putContents(operations, store, contents));
  for (const { bucket, sequence, part, fingerprints } of snapshot.seen)
    operations.push(put(seenKey(bucket, sequence, part), fingerprints));
  return operations;
}

function putContents(operations: BatchOperation[], store: number, { groups, slices }: StoreSnapshot): void {
  for (const { group, cumulative, expired } of groups)
    operations.push(put(groupKey(store, group), encodeFigures(cumulative, expired)));
  for (const { group, slice, figures } of slices)
    operations.push(put(sliceKey(store, slice, group), encodeFigures(figures)));
}

function put(key: Uint8Array, payload: Uint8Array): BatchOperation {
  return { type: 'put', key, value: seal(key, payload) };
}
