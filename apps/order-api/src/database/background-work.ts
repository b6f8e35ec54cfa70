import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Database } from './database.service';

/** Work on the database that begins when its schema is up and ends when the service stops. */
export abstract class BackgroundWork implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  protected constructor(protected readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.running = this.runWhenUp(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Goes on until the signal is aborted; never rejects. */
  protected abstract run(signal: AbortSignal): Promise<void>;

  private async runWhenUp(signal: AbortSignal): Promise<void> {
    await this.database.whenUp(signal);
    await this.run(signal);
  }
}
