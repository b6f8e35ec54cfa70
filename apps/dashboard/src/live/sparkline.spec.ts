import fc from 'fast-check';
import { sparklinePaths } from './sparkline';

describe('a sparkline', () => {
  it('breaks where a value is missing', () => {
    const { line } = sparklinePaths([1, 2, null, 3, 4]);
    expect(line.match(/M/g)).toHaveLength(2);
  });

  it('draws nothing without values', () => expect(sparklinePaths([])).toEqual({ line: '', area: '' }));

  it('stays in its box', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (values) => {
        const numbers = (sparklinePaths(values).line.match(/-?[\d.]+/g) ?? []).map(Number);
        return numbers.every((number) => number >= 0 && number <= 120);
      }),
    );
  });
});
