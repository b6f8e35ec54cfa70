import type { Overview } from '@orderpulse/contracts';

/** What the feed needs of an EventSource; tests bring their own. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface LiveStreamHandlers {
  onOverview(overview: Overview): void;
  /** No figures come: the stream is interrupted (and being opened again) or says so. Called once per interruption. */
  onDown(): void;
}

export interface LiveStreamOptions {
  open: () => EventSourceLike;
  /** Ms without an event after which the connection is given up: a half-open one gives no error. */
  silenceMs?: number;
  /** Ms between two attempts. */
  reopenMs?: number;
}

/**
 * Listens to GET /orders/live and opens it again by itself: the browser's own retry ends for good at the first
 * answer that is not 200, which is what a page server in front of a dead gateway gives.
 * @returns a function that closes the stream
 */
export function listenLive(handlers: LiveStreamHandlers, options: LiveStreamOptions): () => void {
  const { open, silenceMs = 6_000, reopenMs = 1_000 } = options;
  let source: EventSourceLike | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let down = false;

  const arm = (delayMs: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, delayMs);
  };

  const interrupted = (): void => {
    source?.close();
    source = null;
    if (!down) {
      down = true;
      handlers.onDown();
    }
    arm(reopenMs, connect);
  };

  /** The gateway lives but has no figures for this second; its stream goes on and will bring them. */
  const unavailable = (): void => {
    arm(silenceMs, interrupted);
    if (down) return;
    down = true;
    handlers.onDown();
  };

  const received = (event: { data?: unknown }): void => {
    const overview = parseOverview(event.data);
    if (overview === null) return;
    down = false;
    arm(silenceMs, interrupted);
    handlers.onOverview(overview);
  };

  function connect(): void {
    source = open();
    source.addEventListener('message', received);
    source.addEventListener('unavailable', unavailable);
    source.addEventListener('error', interrupted);
    arm(silenceMs, interrupted);
  }

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/** The event's figures; null when it carries none. The whole contract is checked on the REST path; this is a guard. */
export function parseOverview(data: unknown): Overview | null {
  if (typeof data !== 'string') return null;
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return null;
  }
  const candidate = body as Partial<Overview> | null;
  const complete =
    typeof candidate?.currentTimePeriod?.orders === 'number' &&
    typeof candidate.previousTimePeriod?.orders === 'number' &&
    typeof candidate.meta?.asOf === 'number';
  return complete ? (candidate as Overview) : null;
}
