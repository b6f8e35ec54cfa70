import fc from 'fast-check';
import { Random } from './random';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('the random numbers of the shop', () => {
  it('are the same for the same keys and others for other keys or another order of them', () => {
    expect(draw(new Random(1, 2), 5)).toEqual(draw(new Random(1, 2), 5));
    expect(draw(new Random(1, 2), 5)).not.toEqual(draw(new Random(2, 1), 5));
  });

  it('stay in their bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -100, max: 100 }), fc.nat(50), (key, min, span) => {
        const value = new Random(key).int(min, min + span);
        return value >= min && value <= min + span;
      }),
    );
  });

  it('are spread evenly', () => {
    const random = new Random(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of draw(random, 20_000)) tenths[Math.floor(value * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});
