import type { Overview } from '@orderpulse/contracts';
import type { LiveStreamHandlers } from './live-stream';
import { tickIntervalMs, type RefreshMode } from './refresh-mode';

/** What a tick asks for: everything, or all panels but the six figures, which the stream brings. */
export type TickScope = 'all' | 'panels';

export interface FeedPorts {
  /** Asks again for the scope's data; resolves when all have answered. True when the gateway gave an answer. */
  refetch(scope: TickScope): Promise<boolean>;
  /** Opens the live stream; returns a function that closes it. */
  listen(handlers: LiveStreamHandlers): () => void;
  /** The stream brought figures. */
  receive(overview: Overview): void;
}

export interface FeedState {
  /** The live stream delivers. */
  streaming: boolean;
  /** The live stream broke off or could not be opened, and has not delivered since. */
  interrupted: boolean;
  failing: boolean;
  refreshing: boolean;
}

/**
 * Keeps the page's data fresh in the chosen way. At most one tick is in flight: the next one is planned when the last
 * has come back. While the page is hidden nothing is asked for.
 */
export class Feed {
  private state: FeedState = { streaming: false, interrupted: false, failing: false, refreshing: false };
  private readonly listeners = new Set<() => void>();
  private mode: RefreshMode = 'off';
  private hidden = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closeStream: (() => void) | null = null;
  private inFlight: Promise<void> | null = null;
  private startedAtMs = 0;

  constructor(
    private readonly ports: FeedPorts,
    private readonly monotonicMs: () => number,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): FeedState => this.state;

  /** Changes the way of refreshing. Anything but "off" asks for everything at once. */
  setMode(mode: RefreshMode): void {
    this.mode = mode;
    this.restart();
  }

  /** A hidden page rests; a page that is shown again is brought up to date at once. */
  setHidden(hidden: boolean): void {
    if (this.hidden === hidden) return;
    this.hidden = hidden;
    this.restart();
  }

  /** Asks for everything now, in every mode; joins the tick that is already on its way. */
  async refreshNow(): Promise<void> {
    this.update({ refreshing: true });
    try {
      if (this.inFlight) await this.inFlight;
      else await this.tick('all');
    } finally {
      this.update({ refreshing: false });
    }
  }

  stop(): void {
    this.mode = 'off';
    this.restart();
  }

  private restart(): void {
    clearTimeout(this.timer);
    this.closeStream?.();
    this.closeStream = null;
    this.update({ streaming: false, interrupted: false });
    if (this.hidden || tickIntervalMs(this.mode) === null) return;
    if (this.mode === 'live') this.openStream();
    this.run('all');
  }

  private openStream(): void {
    this.closeStream = this.ports.listen({
      onOverview: (overview) => {
        const recovered = this.state.failing;
        this.ports.receive(overview);
        this.update({ streaming: true, interrupted: false, failing: false });
        // The panels have missed ticks; they need not wait for the next one.
        if (recovered) this.run('panels');
      },
      onDown: () => {
        this.update({ streaming: false, interrupted: true });
        this.run('all');
      },
    });
  }

  /** Ticks now unless a tick is in flight, which then plans the next one itself. */
  private run(scope: TickScope): void {
    if (!this.inFlight) void this.tick(scope);
  }

  private tick(scope: TickScope): Promise<void> {
    clearTimeout(this.timer);
    this.startedAtMs = this.monotonicMs();
    this.inFlight = this.ports
      .refetch(scope)
      .then((answered) => this.update({ failing: !answered && !this.state.streaming }))
      .finally(() => {
        this.inFlight = null;
        this.planNext();
      });
    return this.inFlight;
  }

  private planNext(): void {
    const intervalMs = tickIntervalMs(this.mode);
    if (intervalMs === null || this.hidden) return;
    const elapsedMs = this.monotonicMs() - this.startedAtMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.run(this.state.streaming ? 'panels' : 'all'),
      Math.max(0, intervalMs - elapsedMs),
    );
  }

  private update(change: Partial<FeedState>): void {
    const next = { ...this.state, ...change };
    const same =
      next.streaming === this.state.streaming &&
      next.interrupted === this.state.interrupted &&
      next.failing === this.state.failing &&
      next.refreshing === this.state.refreshing;
    if (same) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}
