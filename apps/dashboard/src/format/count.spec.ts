import { formatCount, formatQuantity, formatSignedPercent } from './count';

describe('counts', () => {
  it('groups thousands', () => expect(formatCount(2_442)).toBe('2,442'));

  it('agrees the noun with the number', () => {
    expect(formatQuantity(1, 'order')).toBe('1 order');
    expect(formatQuantity(1_240, 'order')).toBe('1,240 orders');
    expect(formatQuantity(0, 'city', 'cities')).toBe('0 cities');
  });

  it('writes a percentage with its sign', () => {
    expect(formatSignedPercent(0.0834)).toBe('+8.3%');
    expect(formatSignedPercent(-0.07)).toBe('-7%');
    expect(formatSignedPercent(0)).toBe('0%');
    expect(formatSignedPercent(12.3456)).toBe('+1,235%');
  });
});
