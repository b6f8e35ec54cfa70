import { quantile, rateBetween } from './rate';

describe('rateBetween', () => {
  const samples = [
    { timeMs: 0, records: 0 },
    { timeMs: 5_000, records: 0 },
    { timeMs: 6_000, records: 100 },
    { timeMs: 8_000, records: 500 },
    { timeMs: 10_000, records: 900 },
  ];

  it('is the slope between the two counts, whatever was before and after', () => {
    expect(rateBetween(samples, 100, 900)).toBe(200);
    expect(rateBetween(samples, 300, 500)).toBe(200);
  });

  it('takes the records between two samples to have come evenly', () => {
    expect(rateBetween(samples, 50, 300)).toBeCloseTo(250 / 1.5);
  });

  it('begins with the first record, not with the start, when it begins at zero', () => {
    expect(rateBetween(samples, 0, 900)).toBe(180);
  });

  it('refuses samples that do not reach far enough', () => {
    expect(() => rateBetween(samples, 300, 901)).toThrow('do not pass 901');
    expect(() => rateBetween(samples.slice(3), 300, 900)).toThrow('do not pass 300');
  });
});

describe('quantile', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('leaves its share of the values below it', () => {
    expect(quantile(values, 0.5)).toBe(51);
    expect(quantile(values, 0.99)).toBe(100);
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('refuses no values', () => {
    expect(() => quantile([], 0.5)).toThrow('no values');
  });
});
