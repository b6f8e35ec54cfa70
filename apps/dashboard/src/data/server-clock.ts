/**
 * The server's time, as told by its answers. Ages of data come from here: the browser's clock may be wrong, so it is
 * used only to measure how long ago an answer came, on a monotonic scale.
 */
export class ServerClock {
  private newest: { asOfMs: number; seenAtMs: number } | null = null;

  /** @param monotonicMs a clock that never jumps, such as performance.now */
  constructor(private readonly monotonicMs: () => number) {}

  /** Takes note of an answer's instant, epoch ms. Only a newer one moves the clock on. */
  observe(asOfMs: number): void {
    if (this.newest !== null && asOfMs <= this.newest.asOfMs && !steppedBack(asOfMs, this.newest.asOfMs)) return;
    this.newest = { asOfMs, seenAtMs: this.monotonicMs() };
  }

  /** The newest instant any answer was about, epoch ms; null before the first answer. */
  newestAsOfMs(): number | null {
    return this.newest?.asOfMs ?? null;
  }

  /** The server's time now, epoch ms; null before the first answer. Goes on while the server is silent. */
  nowMs(): number | null {
    return this.newest === null ? null : this.newest.asOfMs + (this.monotonicMs() - this.newest.seenAtMs);
  }

  /** How long ago the newest data were current, in ms; null before the first answer. */
  ageMs(): number | null {
    return this.newest === null ? null : this.monotonicMs() - this.newest.seenAtMs;
  }
}

/** Answers come slightly out of order; only a server whose clock was set back is this far behind. */
const CLOCK_STEP_MS = 60_000;

function steppedBack(asOfMs: number, newestMs: number): boolean {
  return asOfMs < newestMs - CLOCK_STEP_MS;
}
