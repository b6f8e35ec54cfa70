import { wholeTicks } from './chart-setup';

const START = Date.UTC(2026, 10, 21, 13, 4);

describe('the ticks of the time axis', () => {
  it('are whole multiples of five minutes over an hour on a wide screen', () => {
    const ticks = wholeTicks(START, START + 59 * 60_000, 900);
    expect(ticks).toHaveLength(12);
    expect(ticks.every((tick) => tick % 300_000 === 0)).toBe(true);
  });

  it('are fewer on a narrow one', () => {
    expect(wholeTicks(START, START + 59 * 60_000, 300).length).toBeLessThanOrEqual(4);
  });
});
