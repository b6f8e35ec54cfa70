import fc from 'fast-check';
import { recordBytes } from './records';
import { splitByBytes } from './split-by-bytes';

const record = fc.uint8Array({ maxLength: 50 }).map((value) => ({ partition: 0, key: null, value, timestampMs: 0 }));

describe('splitByBytes', () => {
  it('keeps every record in order, within the bound unless it stands alone', () => {
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 1, max: 100 }), (records, maxBytes) => {
        const runs = splitByBytes(records, maxBytes, () => 3);
        expect(runs.flat()).toEqual(records);
        for (const run of runs) {
          const bytes = run.reduce((sum, one) => sum + recordBytes(one) + 3, 0);
          expect(run.length === 1 || bytes <= maxBytes).toBe(true);
        }
      }),
    );
  });

  it('gives nothing for nothing', () => {
    expect(splitByBytes([], 10)).toEqual([]);
  });
});
