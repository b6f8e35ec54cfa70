import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, delayUnlessAborted, messageOf } from '@orderpulse/service-kit';
import { Client } from 'pg';
import { aborted } from '../aborted';
import type { OrderApiConfig } from '../config';
import { BackgroundWork } from '../database/background-work';
import { Database } from '../database/database.service';
import { OUTBOX_CHANNEL } from '../orders/order-writer';
import { WakeUp } from './wake-up';

const RETRY_MS = 1_000;

/** One connection that listens for commits which added events, by this process or another. */
@Injectable()
export class OutboxListener extends BackgroundWork {
  readonly news = new WakeUp();
  private readonly logger = new Logger('feed');

  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    database: Database,
  ) {
    super(database);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.listen(signal);
      } catch (error) {
        this.logger.warn(`not listening for new events: ${messageOf(error)}`);
      }
      // What came while nobody listened.
      this.news.signal();
      await delayUnlessAborted(RETRY_MS, signal);
    }
  }

  /** Resolves when stopped; rejects when the connection is lost. */
  private async listen(signal: AbortSignal): Promise<void> {
    const client = new Client({
      connectionString: this.config.DATABASE_URL,
      application_name: 'order-api feed',
      keepAlive: true,
    });
    const lost = new Promise<never>((_, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
    });
    // Nobody may be waiting for it yet when it rejects.
    lost.catch(() => undefined);
    client.on('notification', () => this.news.signal());
    try {
      await client.connect();
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      this.news.signal();
      await Promise.race([lost, aborted(signal)]);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
