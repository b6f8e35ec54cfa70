import type { WindowSpec } from '@orderpulse/contracts';
import { InvalidWindowsError, MAX_LIVE_SLICES } from './window-family';
import { windowFamily, WindowStores } from './window-stores';

const hopping = (sizeMs: number, advanceMs: number, graceMs: number): WindowSpec => ({
  type: 'hopping',
  sizeMs,
  advanceMs,
  graceMs,
});

describe('a window specification', () => {
  it.each<[WindowSpec, string, string]>([
    [hopping(0, 1_000, 0), 'sizeMs', 'sizeMs must be at least 1'],
    [hopping(1_000, 0, 0), 'advanceMs', 'advanceMs must be at least 1'],
    [hopping(1_000, -1, 0), 'advanceMs', 'advanceMs must be at least 1'],
    [hopping(1_000, 2_000, 0), 'advanceMs', 'advanceMs 2000 must not be above sizeMs 1000'],
    [hopping(1_500, 1_000, 0), 'sizeMs', 'sizeMs 1500 must be a multiple of advanceMs 1000'],
    [hopping(1_000, 1_000, -1_000), 'graceMs', 'graceMs must be at least 0'],
    [hopping(1_000, 1_000, 1_500), 'graceMs', 'graceMs 1500 must be a multiple of advanceMs 1000'],
    [hopping(1_000.5, 1_000, 0), 'sizeMs', 'whole number of ms'],
    [hopping(1_000, Number.NaN, 0), 'advanceMs', 'whole number of ms'],
    [hopping(MAX_LIVE_SLICES, 1, 1), 'advanceMs', '65537 slices at once, and a store keeps at most 65536'],
    [{ type: 'tumbling', sizeMs: 0, graceMs: 0 }, 'sizeMs', 'sizeMs must be at least 1'],
    [{ type: 'tumbling', sizeMs: 1_000, graceMs: 500 }, 'graceMs', 'graceMs 500 must be a multiple of sizeMs 1000'],
    [{ type: 'tumbling', sizeMs: 1_000, graceMs: 65_536_000 }, 'sizeMs', '65537 slices'],
    [{ type: 'cumulative', stepMs: 7_000, graceMs: 0 }, 'stepMs', 'stepMs 7000 must divide a day of 86400000 ms'],
    [{ type: 'cumulative', stepMs: 2 * 86_400_000, graceMs: 0 }, 'stepMs', 'must divide a day'],
    [{ type: 'cumulative', stepMs: 3_600_000, graceMs: 60_000 }, 'graceMs', 'must be a multiple of stepMs 3600000'],
    [{ type: 'cumulative', stepMs: 1_000, graceMs: 0 }, 'stepMs', '86400 slices at once'],
  ])('is refused by its field when it cannot be computed with slices: %j', (spec, field, message) => {
    expect(() => windowFamily(spec)).toThrow(InvalidWindowsError);
    expect(() => windowFamily(spec)).toThrow(
      expect.objectContaining({ field, message: expect.stringContaining(message) }),
    );
  });

  it('may need as many slices as a store keeps', () => {
    expect(windowFamily(hopping(MAX_LIVE_SLICES - 1, 1, 1)).liveSlices).toBe(MAX_LIVE_SLICES);
    expect(windowFamily({ type: 'cumulative', stepMs: 1_000 * 8, graceMs: 86_400_000 }).liveSlices).toBe(21_600);
  });
});

describe('WindowStores', () => {
  it('begin with the default store, which is there without any setting', () => {
    expect(new WindowStores().specs()).toEqual([
      { name: 'default', window: hopping(60_000, 1_000, 300_000), groupBy: 'none' },
    ]);
  });

  it('are written as the setting that makes them', () => {
    const further = [{ name: 'ByState', window: hopping(60_000, 1_000, 0), groupBy: 'state' as const }];
    expect(`${new WindowStores()}`).toBe('[]');
    expect(JSON.parse(`${new WindowStores(further)}`)).toEqual(further);
  });
});
