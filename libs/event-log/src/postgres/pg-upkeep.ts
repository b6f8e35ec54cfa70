/** Work that is done again and again for as long as the process lives. */
export interface UpkeepTask {
  sweep(): Promise<unknown>;
}

/** Runs its tasks one after another, now and then. */
export class PgUpkeep {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly tasks: readonly UpkeepTask[],
    private readonly intervalMs: number,
  ) {}

  /** Starts once; later calls change nothing. The timer does not keep the process alive. */
  start(): void {
    if (this.timer) return;
    this.timer = setInterval(() => {
      this.running ??= this.run().finally(() => {
        this.running = null;
      });
    }, this.intervalMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.running;
  }

  private async run(): Promise<void> {
    // A sweep that fails (no database, no topic yet) is made up for by the next one.
    for (const task of this.tasks) await task.sweep().catch(() => undefined);
  }
}
