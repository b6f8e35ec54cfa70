import type { Hop } from '@orderpulse/contracts';
import { statusDetail } from '../shell/status-words';
import { explainAgreement } from './agreement-words';
import { hopFigures } from './hop-figures';
import { arrivals } from './use-held-rows';

const AS_OF = Date.UTC(2026, 10, 21, 14, 3, 7);
const hop: Hop = {
  name: 'aggregator',
  state: 'ok',
  ratePerSecond: 41.2,
  lag: 0,
  watermarkMs: AS_OF - 300,
  unchangedSinceMs: AS_OF,
  message: null,
};

describe('the words of the status badge', () => {
  it('say as of when the data are', () => {
    expect(statusDetail({ word: 'Live', asOfMs: AS_OF, ageMs: 0, lag: 0 }, 'utc')).toBe('· as of 14:03:07 UTC');
  });

  it('say how old stale data are', () => {
    expect(statusDetail({ word: 'Stale', asOfMs: AS_OF, ageMs: 42_000, lag: 0 }, 'utc')).toBe(
      '· data from 14:03:07 UTC (42 s ago)',
    );
  });

  it('say what is missing before the first answer', () => {
    expect(statusDetail({ word: 'Error', asOfMs: null, ageMs: 0, lag: null }, 'utc')).toBe(
      'no answer from the gateway',
    );
  });
});

describe('the figures of a hop', () => {
  it('are its rate and freshness', () => expect(hopFigures(hop, AS_OF)).toBe('41/s · fresh'));

  it('tell since when an idle hop has had nothing to do', () => {
    const idle: Hop = { ...hop, state: 'idle', ratePerSecond: 0, unchangedSinceMs: AS_OF - 35_000 };
    expect(hopFigures(idle, AS_OF)).toBe('nothing for 35 s');
  });

  it('tell how far a stalled hop is behind', () => {
    expect(hopFigures({ ...hop, state: 'stalled', ratePerSecond: 0, lag: 1_240 }, AS_OF)).toBe('0.0/s · 1,240 behind');
  });

  it('are a dash when nothing is known', () => {
    expect(hopFigures({ ...hop, ratePerSecond: null, lag: null, watermarkMs: null }, AS_OF)).toBe('—');
  });
});

describe('the words of the agreement badge', () => {
  const none = { orders: 0, revenueCents: 0, averageCents: 0, fraud: 0, delivered: 0, refunded: 0 };

  it('name each figure that differs, with its sign and amount', () => {
    const difference = { ...none, orders: -2, revenueCents: 4_599 };
    expect(explainAgreement({ minuteEndMs: AS_OF, state: 'differ', reason: null, difference }, '14:02')).toBe(
      '14:02 · stores − SQL: Orders -2, Revenue +$45.99',
    );
  });

  it('say that the difference is 0', () => {
    expect(explainAgreement({ minuteEndMs: AS_OF, state: 'agree', reason: null, difference: none }, '14:02')).toBe(
      '14:02 · stores − SQL = 0',
    );
  });
});

describe('new rows', () => {
  const id = (row: string): string => row;

  it('are those that were not there before', () =>
    expect([...arrivals(['a', 'b'], ['c', 'a', 'b'], id)]).toEqual(['c']));

  it('are none at the first answer', () => expect(arrivals([], ['a'], id).size).toBe(0));
});
