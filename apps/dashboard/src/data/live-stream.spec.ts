import { overviewAt } from '../testing/fake-shop';
import { listenLive, parseOverview, type EventSourceLike } from './live-stream';

const AS_OF = Date.UTC(2026, 10, 21, 14, 3, 7);

class FakeSource implements EventSourceLike {
  readonly listeners = new Map<string, (event: { data?: unknown }) => void>();
  closed = false;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
  }
  emit(type: string, data?: unknown): void {
    this.listeners.get(type)?.({ data });
  }
}

describe('the live stream', () => {
  const sources: FakeSource[] = [];
  const onOverview = jest.fn();
  const onDown = jest.fn();
  const listen = (): (() => void) =>
    listenLive(
      { onOverview, onDown },
      {
        open: () => {
          const source = new FakeSource();
          sources.push(source);
          return source;
        },
        silenceMs: 6_000,
        reopenMs: 1_000,
      },
    );
  const event = JSON.stringify(overviewAt(AS_OF));

  beforeEach(() => {
    jest.useFakeTimers();
    sources.length = 0;
    jest.clearAllMocks();
  });
  afterEach(() => jest.useRealTimers());

  it('brings figures', () => {
    const close = listen();
    sources[0]?.emit('message', event);
    expect(onOverview).toHaveBeenCalledWith(overviewAt(AS_OF));
    close();
    expect(sources[0]?.closed).toBe(true);
  });

  it('opens again after an error, every second, and tells of the interruption once', () => {
    const close = listen();
    sources[0]?.emit('message', event);
    sources[0]?.emit('error');
    jest.advanceTimersByTime(1_000);
    sources[1]?.emit('error');
    jest.advanceTimersByTime(1_000);
    expect(sources).toHaveLength(3);
    expect(onDown).toHaveBeenCalledTimes(1);
    sources[2]?.emit('message', event);
    sources[2]?.emit('error');
    expect(onDown).toHaveBeenCalledTimes(2);
    close();
  });

  it('gives up a connection that is silent', () => {
    const close = listen();
    sources[0]?.emit('message', event);
    jest.advanceTimersByTime(6_000);
    expect(sources[0]?.closed).toBe(true);
    expect(onDown).toHaveBeenCalledTimes(1);
    close();
  });

  it('stays open when the gateway says that it has no figures for a second', () => {
    const close = listen();
    sources[0]?.emit('unavailable', JSON.stringify({ asOf: AS_OF, reason: 'the stores do not answer' }));
    expect(onDown).toHaveBeenCalledTimes(1);
    expect(sources[0]?.closed).toBe(false);
    sources[0]?.emit('message', event);
    expect(onOverview).toHaveBeenCalledTimes(1);
    close();
  });

  it('does nothing any more once it is closed', () => {
    listen()();
    jest.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
    expect(onDown).not.toHaveBeenCalled();
  });

  it.each(['', 'x', 'null', '{}', '{"currentTimePeriod":{}}', 7])('takes %p for no figures', (data) => {
    expect(parseOverview(data)).toBeNull();
  });
});
