import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, delayUnlessAborted, messageOf } from '@orderpulse/service-kit';
import { CLOCK, type Clock } from '../clock';
import type { OrderApiConfig } from '../config';
import { Database } from '../database/database.service';
import { expireBatch, EXPIRATIONS } from './expire';

const PERIOD_MS = 60_000;
/** Between batches, so that writers get through. */
const BREATH_MS = 20;
const HOUR_MS = 3_600_000;

/** Deletes what is older than it has to be kept, in small transactions. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('retention');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await this.database.whenUp(signal);
    while (!signal.aborted) {
      try {
        await this.expire(signal);
      } catch (error) {
        this.logger.warn(`old rows stay for now: ${messageOf(error)}`);
      }
      await delayUnlessAborted(PERIOD_MS, signal);
    }
  }

  private async expire(signal: AbortSignal): Promise<void> {
    for (const what of Object.keys(EXPIRATIONS) as (keyof typeof EXPIRATIONS)[]) {
      const hours = what === 'events' ? this.config.OUTBOX_RETENTION_HOURS : this.config.ORDER_RETENTION_HOURS;
      const beforeMs = this.now() - hours * HOUR_MS;
      while (!signal.aborted && (await expireBatch(this.database, what, beforeMs)))
        await delayUnlessAborted(BREATH_MS, signal);
    }
  }
}
