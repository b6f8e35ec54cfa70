import fc from 'fast-check';
import { fairShare, partitionKey } from './fair-share';

const partitions = fc
  .integer({ min: 0, max: 20 })
  .map((count) =>
    Array.from({ length: count }, (_, partition) => ({ topic: partition % 3 === 0 ? 'a' : 'b', partition })),
  );
const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });

describe('fairShare', () => {
  it('gives every partition to one member, in shares that differ by one at most', () => {
    fc.assert(
      fc.property(partitions, members, (all, group) => {
        const shares = group.map((member) => fairShare(all, group, member));
        const given = shares.flat().map(partitionKey).sort();
        expect(given).toEqual(all.map(partitionKey).sort());
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not depend on the order in which members are listed', () => {
    fc.assert(
      fc.property(partitions, members, (all, group) => {
        for (const member of group)
          expect(fairShare(all, [...group].reverse(), member)).toEqual(fairShare(all, group, member));
      }),
    );
  });

  it('gives nothing to a stranger', () => {
    expect(fairShare([{ topic: 'a', partition: 0 }], ['x'], 'y')).toEqual([]);
  });
});
