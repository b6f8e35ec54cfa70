import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock, CONFIG, delayUnlessAborted, messageOf } from '@orderpulse/service-kit';
import type { OrderApiConfig } from '../config';
import { BackgroundWork } from '../database/background-work';
import { Database } from '../database/database.service';
import { expireBatch, EXPIRATIONS } from './expire';

const PERIOD_MS = 60_000;
/** Between batches, so that writers get through. */
const BREATH_MS = 20;
const HOUR_MS = 3_600_000;

/** Deletes what is older than it has to be kept, in small transactions. */
@Injectable()
export class RetentionService extends BackgroundWork {
  private readonly logger = new Logger('retention');

  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    database: Database,
    private readonly clock: Clock,
  ) {
    super(database);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
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
      const beforeMs = this.clock.now() - hours * HOUR_MS;
      while (!signal.aborted && (await expireBatch(this.database, what, beforeMs)))
        await delayUnlessAborted(BREATH_MS, signal);
    }
  }
}
