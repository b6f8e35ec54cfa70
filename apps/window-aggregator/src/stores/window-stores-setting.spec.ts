import { ConfigError, loadConfig } from '@orderpulse/service-kit';
import { aggregatorSettings } from '../config';

const tumbling = { type: 'tumbling', sizeMs: 60_000, graceMs: 0 };
const load = (specs: unknown) =>
  loadConfig(aggregatorSettings, {
    WINDOW_STORES: typeof specs === 'string' ? specs : JSON.stringify(specs),
  }).WINDOW_STORES;

describe('the setting WINDOW_STORES', () => {
  it('is no further store unless set', () => {
    expect(
      loadConfig(aggregatorSettings, {})
        .WINDOW_STORES.specs()
        .map(({ name }) => name),
    ).toEqual(['default']);
  });

  it('makes stores of every type of window, which do not group unless told so', () => {
    const stores = load([
      { name: 'Hour', window: { type: 'hopping', sizeMs: 3_600_000, advanceMs: 60_000, graceMs: 60_000 } },
      { name: 'Minute', window: tumbling, groupBy: 'loyaltyTier' },
      { name: 'Today', window: { type: 'cumulative', stepMs: 3_600_000, graceMs: 0 }, groupBy: 'category' },
    ]);
    expect(stores.all.map(({ name, groupBy, windows }) => [name, groupBy, windows.sizeMs])).toEqual([
      ['default', 'none', 60_000],
      ['Hour', 'none', 3_600_000],
      ['Minute', 'loyaltyTier', 60_000],
      ['Today', 'category', 86_400_000],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['text that is not JSON', '[{', 'must be a JSON array'],
    ['no array', {}, 'must be a JSON array'],
    ['an unknown type', [{ name: 'X', window: { type: 'session', gapMs: 1 } }], '0.window.type: must be hopping'],
    ['a length that is missing', [{ name: 'X', window: { type: 'tumbling', graceMs: 0 } }], '0.window.sizeMs: '],
    ['a length that is not whole', [{ name: 'X', window: { ...tumbling, sizeMs: 1.5 } }], '0.window.sizeMs: '],
    ['a field too many', [{ name: 'X', window: { ...tumbling, advanceMs: 1 } }], 'advanceMs'],
    [
      'a size that is no multiple',
      [{ name: 'X', window: { type: 'hopping', sizeMs: 1_500, advanceMs: 1_000, graceMs: 0 } }],
      '0.window.sizeMs: sizeMs 1500 must be a multiple of advanceMs 1000',
    ],
    [
      'a grace that is no multiple',
      [{ name: 'X', window: { ...tumbling, graceMs: 1 } }],
      '0.window.graceMs: graceMs 1 must be a multiple of sizeMs 60000',
    ],
    [
      'a step that does not divide a day',
      [{ name: 'X', window: { type: 'cumulative', stepMs: 50_000_000, graceMs: 0 } }],
      '0.window.stepMs: stepMs 50000000 must divide a day',
    ],
    [
      'too many slices',
      [{ name: 'X', window: { type: 'hopping', sizeMs: 86_400_000, advanceMs: 1_000, graceMs: 0 } }],
      '0.window.advanceMs: the windows need 86400 slices at once, and a store keeps at most 65536',
    ],
    ['an unknown grouping', [{ name: 'X', window: tumbling, groupBy: 'city' }], '0.groupBy: '],
    ['an ill-formed name', [{ name: '1st', window: tumbling }], '0.name: must be 1 to 64 letters and digits'],
    ['a name too long', [{ name: 'x'.repeat(65), window: tumbling }], '0.name: must be 1 to 64'],
    ['a reserved name', [{ name: 'RevenueStore', window: tumbling }], '0.name: RevenueStore is the name of a store'],
    ['the name of the default store', [{ name: 'default', window: tumbling }], '0.name: default is the name'],
    [
      'a name that is there twice',
      [
        { name: 'X', window: tumbling },
        { name: 'X', window: tumbling },
      ],
      '1.name: X is the name of store 0, too',
    ],
    [
      'too many stores',
      Array.from({ length: 17 }, (_, n) => ({ name: `X${n}`, window: tumbling })),
      'at most 16 window stores',
    ],
  ])('refuses %s at the start, with place and reason', (_what, specs, message) => {
    expect(() => load(specs)).toThrow(ConfigError);
    expect(() => load(specs)).toThrow(message);
  });

  it('names every fault at once', () => {
    const specs = [
      { name: 'FraudCountStore', window: tumbling },
      { name: 'X', window: { ...tumbling, graceMs: 1 } },
    ];
    expect(() => load(specs)).toThrow(/0\.name: [\s\S]*1\.window\.graceMs: /);
  });
});
