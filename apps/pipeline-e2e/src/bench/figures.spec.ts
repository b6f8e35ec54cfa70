import { rowsOf } from './figures';
import { markdownTable } from './table';

const met = (figures: Parameters<typeof rowsOf>[0]): (boolean | undefined)[] =>
  rowsOf(figures)
    .filter(({ goal }) => goal !== undefined)
    .map((row) => row.met);

describe('the rows of the benchmark', () => {
  it('hold each side against its goal: the better of ours against the better of theirs, one instance against one core', () => {
    const figures = {
      oneInstance: 70_000,
      twoInstances: 120_000,
      original: 2_000,
      tunedOneThread: 25_000,
      tunedTwoThreads: 30_000,
      flink: 109_000,
      kafkajsFetch: 100_000,
    };
    expect(met(figures)).toEqual([true, true, true, true]);
    expect(met({ ...figures, twoInstances: 119_000 })).toEqual([false, false, false, true]);
    expect(met({ ...figures, oneInstance: 69_999 })).toEqual([true, true, true, false]);
  });

  it('say what a rate is of, and which of ours is compared', () => {
    const rows = rowsOf({ oneInstance: 70_000, twoInstances: 120_000, original: 2_000, flink: 100_000 });
    expect(rows.map(({ figure, measured }) => [figure, measured])).toEqual([
      ['window-aggregator, two instances, records', '120,000/s'],
      ['window-aggregator, one instance, records', '70,000/s'],
      ['Flink SQL HOP, records', '100,000/s'],
      ['Kafka Streams, original topology, all records of a short topic of its own', '2,000/s'],
      [
        'records, the better of one and two instances, against Kafka Streams, original topology, all records of a short topic of its own',
        '60 ×',
      ],
      ['records, the better of one and two instances, against Flink SQL HOP', '1.20 ×'],
    ]);
  });

  it('leave out what was not measured', () => {
    expect(rowsOf({})).toEqual([]);
    expect(rowsOf({ oneInstance: 1_000 }).map(({ figure }) => figure)).toEqual([
      'window-aggregator, one instance, records',
    ]);
  });

  it('do not count a restore that read the topic as one from snapshots, nor one of a short topic', () => {
    const records = 1_000_000;
    expect(met({ restore: { records, fromSnapshotMs: null, fromSourceMs: 29_000 } })).toEqual([false, true]);
    expect(met({ restore: { records, fromSnapshotMs: 9_999, fromSourceMs: 31_000 } })).toEqual([true, false]);
    expect(met({ restore: { records: 100_000, fromSnapshotMs: 1, fromSourceMs: 1 } })).toEqual([]);
  });

  it('want every process idle', () => {
    expect(
      met({
        idle: [
          { name: 'a', share: 0.012 },
          { name: 'b', share: 0 },
        ],
      }),
    ).toEqual([false]);
    expect(met({ idle: [{ name: 'a', share: 0.009 }] })).toEqual([true]);
    expect(met({ idle: [] })).toEqual([false]);
  });

  it('are a Markdown table', () => {
    expect(markdownTable(rowsOf({ windows: { minuteUs: 0.02, hourUs: 0.024 } }))).toBe(
      [
        '| figure | measured | goal | met |',
        '| --- | --- | --- | --- |',
        '| cost of an event in 60 min windows against 60 s windows, both every second | 1.20 × (0.024 µs, 0.020 µs) | ≤ 1.10 × | **no** |',
      ].join('\n'),
    );
  });
});
