import { Injectable } from '@nestjs/common';
import { UnavailableError } from '@orderpulse/service-kit';

/**
 * Keeps the feed in time order where it matters. While past events are being written oldest first (back-fill, replay), an
 * event of this very moment would make all that follow it late for the windows; so writers of present events are held off.
 */
@Injectable()
export class Timeline {
  private readonly holds = new Set<{ reason: string }>();
  private readonly waiting = new Set<() => void>();
  private writers = 0;

  /** Runs a writer of present events. @throws UnavailableError (TIMELINE_HELD) with the reason while a hold is on */
  async share<T>(work: () => Promise<T>): Promise<T> {
    const [hold] = this.holds;
    if (hold) throw new UnavailableError(`${hold.reason}; try again when it is done`, { code: 'TIMELINE_HELD' });
    this.writers += 1;
    try {
      return await work();
    } finally {
      this.writers -= 1;
      this.wake();
    }
  }

  /** Holds present events off, from now on, and resolves when those under way are written. Call the result to end it. */
  async hold(reason: string): Promise<() => void> {
    const release = this.holdNow(reason);
    while (this.writers > 0) await this.nextChange();
    return release;
  }

  /** Like hold, without waiting for the writers under way. */
  holdNow(reason: string): () => void {
    const hold = { reason };
    this.holds.add(hold);
    return () => {
      this.holds.delete(hold);
      this.wake();
    };
  }

  /** Resolves when no hold is on, or when the signal is aborted. */
  async whenFree(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.wake();
    signal.addEventListener('abort', wake);
    try {
      while (this.holds.size > 0 && !signal.aborted) await this.nextChange();
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resume of waiting) resume();
  }
}
