import { feedStatus, type FeedFacts } from './feed-status';

const live: FeedFacts = {
  mode: 'live',
  ageMs: 400,
  failing: false,
  streaming: true,
  interrupted: false,
  refreshing: false,
  behind: false,
};

describe('the state of the data', () => {
  it('is Live while the stream delivers', () => expect(feedStatus(live)).toBe('Live'));

  it('is Fetching before the first figures, and Error when they cannot be had', () => {
    expect(feedStatus({ ...live, ageMs: null, streaming: false })).toBe('Fetching');
    expect(feedStatus({ ...live, ageMs: null, streaming: false, failing: true })).toBe('Error');
  });

  it('is Delayed when the stream is interrupted but answers come', () => {
    expect(feedStatus({ ...live, streaming: false, interrupted: true, ageMs: 3_000 })).toBe('Delayed');
  });

  it('is Live while the stream is being opened for the first time', () => {
    expect(feedStatus({ ...live, streaming: false })).toBe('Live');
  });

  it('is Delayed when the source of the figures is behind', () =>
    expect(feedStatus({ ...live, behind: true })).toBe('Delayed'));

  it('is Stale within two seconds of live data when the gateway is gone', () => {
    const gone = { ...live, streaming: false, interrupted: true, failing: true };
    expect(feedStatus({ ...gone, ageMs: 1_000 })).toBe('Delayed');
    expect(feedStatus({ ...gone, ageMs: 2_000 })).toBe('Stale');
  });

  it('is Stale when a stream that seems open brings nothing', () =>
    expect(feedStatus({ ...live, ageMs: 4_000 })).toBe('Stale'));

  it('is Stale after two intervals of 10 s, not before', () => {
    const polled: FeedFacts = { ...live, mode: '10s', streaming: false };
    expect(feedStatus({ ...polled, ageMs: 9_000 })).toBe('Live');
    expect(feedStatus({ ...polled, ageMs: 10_000, failing: true })).toBe('Delayed');
    expect(feedStatus({ ...polled, ageMs: 20_000, failing: true })).toBe('Stale');
  });

  it('is Paused, however old, when nothing is asked for', () => {
    expect(feedStatus({ ...live, mode: 'off', streaming: false, ageMs: 900_000 })).toBe('Paused');
  });

  it('is Fetching while a refresh that the reader asked for is on its way', () => {
    expect(feedStatus({ ...live, mode: 'off', streaming: false, refreshing: true })).toBe('Fetching');
  });
});
