import { deduplicationOf, PartitionWindows } from '@orderpulse/windowing';
import { checkpointOperations, fullOperations } from './checkpoint-operations';
import { decodeKey } from './codec';
import type { BatchOperation } from './database';
import { readStoredPartition } from './stored-partition';
import { readEvent, readEvents, stores, TOPIC, TOPIC_ID, windowsOptions } from './testing/sample-partition';

const expected = { topic: TOPIC, partition: 2, windows: windowsOptions };
const header = (sequence: number, nextOffset: number) => ({
  topic: TOPIC,
  topicId: TOPIC_ID,
  partition: 2,
  stores: stores.specs(),
  deduplication: deduplicationOf(windowsOptions),
  sequence,
  savedAtMs: 0,
  startOffset: 0,
  nextOffset,
  gap: 0,
});

/** Entries by key, as a database or a compacted topic would hold them. */
class Entries extends Map<string, readonly [Uint8Array, Uint8Array]> {
  apply(operations: readonly BatchOperation[]): this {
    for (const operation of operations) {
      const id = Buffer.from(operation.key).toString('hex');
      if (operation.type === 'put') this.set(id, [operation.key, operation.value]);
      else this.delete(id);
    }
    return this;
  }
}

describe('the operations of a checkpoint', () => {
  it('split event ids of one bucket into values of at most 512 KiB', () => {
    const partition = new PartitionWindows(windowsOptions);
    for (let n = 0; n < 70_000; n++) readEvent(partition, `${n}`, 1_000);
    const entries = new Entries().apply(checkpointOperations(header(1, 70_000), partition.takeChanges()));
    const ids = [...entries.values()].filter(([key]) => decodeKey(key).kind === 'seen');
    expect(ids).toHaveLength(3);
    for (const [, value] of ids) expect(value.length).toBeLessThanOrEqual(512 * 1_024 + 4);
    expect(readStoredPartition(entries.values(), expected)?.snapshot.seenCount).toBe(70_000);
  });

  it('delete everything that has expired: one checkpoint after hours of silence leaves hardly a key', () => {
    const partition = new PartitionWindows(windowsOptions);
    const entries = new Entries();
    for (let sequence = 1; sequence <= 20; sequence++) {
      readEvents(partition, sequence * 100, 100);
      entries.apply(checkpointOperations(header(sequence, sequence * 100), partition.takeChanges()));
    }
    expect(entries.size).toBeGreaterThan(400);
    readEvents(partition, 2_100, 1, 1_700_100_000_000);
    const seenKeys = [...entries.values()].flatMap(([key]) => (decodeKey(key).kind === 'seen' ? [key] : []));
    entries.apply(checkpointOperations(header(21, 2_101), partition.takeChanges(), seenKeys));
    // The summary, one slice and totals a store, one slice and totals more for the second category, and one bucket of ids.
    expect(entries.size).toBe(10);
    expect(readStoredPartition(entries.values(), expected)?.snapshot.counters).toEqual(partition.counters);
  });
});

describe('the operations of a whole state', () => {
  it('make the entries it was read from, under the same keys', () => {
    const partition = new PartitionWindows(windowsOptions);
    const entries = new Entries();
    for (let sequence = 1; sequence <= 6; sequence++) {
      readEvents(partition, sequence * 100, 100);
      entries.apply(checkpointOperations(header(sequence, sequence * 100), partition.takeChanges()));
    }
    const stored = readStoredPartition(entries.values(), expected);
    if (!stored) throw new Error('nothing was stored');
    const hex = (of: Entries) => Array.from(of, ([key, [, value]]) => [key, Buffer.from(value).toString('hex')]).sort();
    expect(hex(new Entries().apply(fullOperations(stored)))).toEqual(hex(entries));
  });
});
