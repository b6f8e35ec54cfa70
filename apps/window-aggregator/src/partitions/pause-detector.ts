import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const TICK_MS = 500;
/** Shorter than a session of the group lasts: whoever was away for less still owns what it owned. */
const LONG_PAUSE_MS = 3_000;

/**
 * Notices that the whole process was held up (stopped by a signal, swapped out) for so long that others may have taken
 * over its partitions. What it has in memory may then be old, however sure it is of itself.
 */
@Injectable()
export class PauseDetector implements OnApplicationBootstrap, OnModuleDestroy {
  private lastSeenMs = performance.now();
  private resumedMs = 0;
  private timer: NodeJS.Timeout | null = null;

  onApplicationBootstrap(): void {
    this.lastSeenMs = performance.now();
    this.timer = setInterval(() => this.look(), TICK_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  /** Monotonic ms (performance.now()) at which the last long pause was noticed; 0 when there was none. */
  get resumedAtMs(): number {
    // A request may come before the timer's turn.
    if (this.timer) this.look();
    return this.resumedMs;
  }

  private look(): void {
    const nowMs = performance.now();
    if (nowMs - this.lastSeenMs > LONG_PAUSE_MS) this.resumedMs = nowMs;
    this.lastSeenMs = nowMs;
  }
}
