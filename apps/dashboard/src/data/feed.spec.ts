import { overviewAt } from '../testing/fake-shop';
import { Feed, type TickScope } from './feed';
import type { LiveStreamHandlers } from './live-stream';

const figures = overviewAt(Date.UTC(2026, 10, 21, 14, 3, 7));

describe('the feed', () => {
  let ticks: TickScope[];
  let answer: () => Promise<boolean>;
  let stream: LiveStreamHandlers | null;
  let feed: Feed;

  beforeEach(() => {
    jest.useFakeTimers();
    ticks = [];
    answer = () => Promise.resolve(true);
    stream = null;
    feed = new Feed(
      {
        refetch: (scope) => {
          ticks.push(scope);
          return answer();
        },
        listen: (handlers) => {
          stream = handlers;
          return () => (stream = null);
        },
        receive: () => undefined,
      },
      () => Date.now(),
    );
  });
  afterEach(() => {
    feed.stop();
    jest.useRealTimers();
  });

  it('asks at once and then once an interval', async () => {
    feed.setMode('10s');
    await jest.advanceTimersByTimeAsync(30_500);
    expect(ticks).toEqual(['all', 'all', 'all', 'all']);
  });

  it('asks for nothing when it is off', async () => {
    feed.setMode('off');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ticks).toEqual([]);
    expect(stream).toBeNull();
  });

  it('asks for nothing after it was turned off', async () => {
    feed.setMode('live');
    await jest.advanceTimersByTimeAsync(0);
    feed.setMode('off');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ticks).toEqual(['all']);
    expect(stream).toBeNull();
  });

  it('never starts a tick while one is in flight', async () => {
    answer = () => new Promise((resolve) => setTimeout(() => resolve(true), 12_000));
    feed.setMode('5s');
    await jest.advanceTimersByTimeAsync(11_999);
    void feed.refreshNow();
    expect(ticks).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(2);
    expect(ticks).toHaveLength(2);
  });

  it('leaves the six figures to the stream while it delivers', async () => {
    feed.setMode('live');
    await jest.advanceTimersByTimeAsync(0);
    stream?.onOverview(figures);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(ticks).toEqual(['all', 'panels']);
    expect(feed.getState()).toEqual({ streaming: true, interrupted: false, failing: false, refreshing: false });
  });

  it('asks for everything when the stream breaks, and says when that fails too', async () => {
    feed.setMode('live');
    await jest.advanceTimersByTimeAsync(0);
    stream?.onOverview(figures);
    answer = () => Promise.resolve(false);
    stream?.onDown();
    await jest.advanceTimersByTimeAsync(0);
    expect(ticks).toEqual(['all', 'all']);
    expect(feed.getState()).toMatchObject({ streaming: false, failing: true });
  });

  it('brings the panels up to date as soon as the stream is back', async () => {
    answer = () => Promise.resolve(false);
    feed.setMode('live');
    await jest.advanceTimersByTimeAsync(0);
    answer = () => Promise.resolve(true);
    stream?.onOverview(figures);
    await jest.advanceTimersByTimeAsync(0);
    expect(ticks).toEqual(['all', 'panels']);
    expect(feed.getState().failing).toBe(false);
  });

  it('rests while the page is hidden and asks at once when it is shown', async () => {
    feed.setMode('5s');
    await jest.advanceTimersByTimeAsync(0);
    feed.setHidden(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ticks).toHaveLength(1);
    feed.setHidden(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(ticks).toHaveLength(2);
  });

  it('asks when the reader wants it, even when it is off', async () => {
    feed.setMode('off');
    await feed.refreshNow();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ticks).toEqual(['all']);
  });
});
