import type { RecordBatch } from '../../port';
import { eventually } from '../../testing/harness';
import { FetcherBench, valuesIn } from '../testing/fetcher-bench';

describe('the memory of what was fetched', () => {
  let bench: FetcherBench;

  /** Two partitions of one broker, with so many records of several hundred bytes each. */
  const start = async (records: number): Promise<string[]> => {
    bench = await FetcherBench.start(1, 2);
    const values = Array.from({ length: records }, (_, index) => String(index).repeat(450));
    for (const value of values) for (const partition of bench.kafka.partitions) await partition.append(value);
    return values;
  };

  const readBoth = async (transientRecords: boolean): Promise<void> => {
    for (const partition of [0, 1]) bench.read(partition, { transientRecords });
  };

  afterEach(() => bench.stop());

  it.each([
    ['is used again when the owner is done with the records', true],
    ['stays as it is where the owner may keep records', false],
  ])('%s', async (_, transientRecords) => {
    const values = await start(30);
    const handed: (string | null)[] = [];
    bench.onBatch = async (batch) => {
      if (batch.partition === 0) handed.push(...valuesIn(batch));
    };
    await readBoth(transientRecords);
    await eventually('all', () => [0, 1].every((partition) => bench.offsetsOf(partition).length === 30));
    expect(handed).toEqual(values);
    const memories = new Set(bench.batches.flatMap(({ records }) => records.map(({ value }) => value?.buffer)));
    if (transientRecords) {
      expect(memories.size).toBeLessThanOrEqual(4);
    } else {
      expect(memories.size).toBeGreaterThan(4);
      expect(bench.valuesOf(0)).toEqual(values);
    }
  });

  it('stays as it is with an owner that was given up while it had the records', async () => {
    const [first] = await start(20);
    const hung: RecordBatch[] = [];
    bench.onBatch = async (batch) => {
      if (batch.partition === 1) return true;
      hung.push(batch);
      return false;
    };
    await readBoth(true);
    await eventually('the other partition', () => bench.offsetsOf(1).length === 20);
    expect(hung.slice(0, 1).flatMap(valuesIn)).toEqual([first]);
  });

  it('stays as it is with an owner that has a part of it, when another part is not wanted any more', async () => {
    await start(0);
    const inHand: RecordBatch[] = [];
    let release: () => void = () => undefined;
    bench.onBatch = (batch) =>
      new Promise<void>((resolve) => {
        inHand.push(batch);
        release = resolve;
      });
    await bench.kafka.partition(0).append('in hand');
    const other = bench.read(1, { transientRecords: true });
    bench.read(0, { transientRecords: true });
    await eventually('a batch', () => inHand.length > 0);
    bench.fetcher.remove(other);
    for (let index = 0; index < 5; index += 1) {
      for (const partition of bench.kafka.partitions) await partition.append(`more ${index}`.padEnd(500));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(inHand.flatMap(valuesIn)).toEqual(['in hand']);
    bench.onBatch = async () => undefined;
    release();
    await eventually('the rest', () => bench.offsetsOf(0).length === 6);
  });
});
