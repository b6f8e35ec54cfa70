import { delaysOf } from './visible';

describe('delaysOf', () => {
  const sightings = [
    { atMs: 100, orders: 0 },
    { atMs: 110, orders: 2 },
    { atMs: 150, orders: 2 },
    { atMs: 200, orders: 3 },
  ];

  it('takes each order to be seen by the first answer that counts as many', () => {
    expect(delaysOf([180, 90, 100], sightings)).toEqual({ orders: 3, medianMs: 20, p99Ms: 20, worstMs: 20 });
    expect(delaysOf([10, 90, 199], sightings)).toMatchObject({ medianMs: 20, worstMs: 100 });
  });

  it('refuses answers that lack an order at the end, or have one too many', () => {
    expect(() => delaysOf([1, 2, 3, 4], sightings)).toThrow('counts 3 of 4');
    expect(() => delaysOf([1, 2], sightings)).toThrow('counts 3 of 2');
  });
});
