import fc from 'fast-check';
import { cutBatches } from './cut-batches';

const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 0, max: 40 }) }));

describe('cutBatches', () => {
  it('keeps every record in order and within the limits, each batch going on where the one before ended', () => {
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        (shape, maxBatchRecords, maxBatchBytes) => {
          let offset = 0;
          const records = shape.map(({ gap, size }) => {
            offset += gap;
            return {
              topic: 't',
              partition: 1,
              offset,
              key: null,
              value: Buffer.alloc(size),
              headers: {},
              timestampMs: 0,
            };
          });
          const batches = cutBatches(records, offset + 2, offset + 9, { maxBatchRecords, maxBatchBytes });
          expect(batches.flatMap((batch) => batch.records)).toEqual(records);
          batches.forEach((batch, index) => {
            const bytes = batch.records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
            expect(batch.records.length).toBeLessThanOrEqual(maxBatchRecords);
            expect(batch.records.length === 1 || bytes <= maxBatchBytes).toBe(true);
            expect(batch.nextOffset).toBe(batches[index + 1]?.records[0]?.offset ?? offset + 2);
            expect(batch.endOffset).toBe(offset + 9);
          });
        },
      ),
    );
  });
});
