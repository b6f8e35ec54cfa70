/** Wakes those who wait for something new. A waiter passes the version it saw, so that no signal is missed in between. */
export class WakeUp {
  private current = 0;
  private readonly waiting = new Set<() => void>();

  /** Grows with every signal. Read it before looking whether there is something new. */
  get version(): number {
    return this.current;
  }

  signal(): void {
    this.current += 1;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Resolves at the next signal after `version`, when `timeoutMs` have passed, or when `abort` fires. */
  async after(version: number, timeoutMs: number, abort: AbortSignal): Promise<void> {
    if (this.current !== version || abort.aborted || timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        abort.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      abort.addEventListener('abort', done);
      this.waiting.add(done);
    });
  }
}
