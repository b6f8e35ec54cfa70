import { PARTS, readOptions } from './options';

describe('the options of the benchmark', () => {
  it('are everything at full size by default', () => {
    expect(readOptions([])).toEqual({
      parts: PARTS,
      quick: false,
      rounds: 3,
      records: 1_000_000,
      from: 300_000,
      to: 900_000,
      originalRecords: 60_000,
    });
  });

  it('take a tenth of the records, once, when it has to be quick', () => {
    expect(readOptions(['--quick'])).toMatchObject({
      rounds: 1,
      records: 100_000,
      from: 30_000,
      to: 90_000,
      originalRecords: 6_000,
    });
  });

  it('choose parts, in the order in which they run', () => {
    expect(readOptions(['--only', 'flink,ours']).parts).toEqual(['ours', 'flink']);
  });

  it('refuse parts and flags that do not exist', () => {
    expect(() => readOptions(['--only', 'ours,storm'])).toThrow('there is no storm');
    expect(() => readOptions(['--fast'])).toThrow('--fast');
  });
});
