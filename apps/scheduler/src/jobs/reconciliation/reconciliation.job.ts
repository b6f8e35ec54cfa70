import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG } from '@orderpulse/service-kit';
import type { SchedulerConfig } from '../../config';
import { ServicesClient } from '../../engines/services.client';
import type { Step } from '../../graph/step';
import type { JobDefinition } from '../job';
import { NotYetError } from '../not-yet.error';
import { differences } from './compare-periods';

const MINUTE_MS = 60_000;

/**
 * Compares the last closed minute of the window stores with the same minute in SQL. The two sides read the topic at their
 * own pace, so they are asked until they agree; a difference that lasts is a failed run that names the figures.
 */
@Injectable()
export class ReconciliationJob implements JobDefinition {
  readonly name = 'reconciliation';
  readonly description = 'Compares the last closed minute of the window stores with SQL, to the cent';
  readonly cron: string;
  readonly needsBootstrap = true;
  readonly retryFailedAfterMs = null;

  constructor(
    private readonly services: ServicesClient,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: SchedulerConfig,
  ) {
    this.cron = config.RECONCILIATION_CRON;
  }

  steps(): Step[] {
    const endMs = Math.floor(this.clock.now() / MINUTE_MS) * MINUTE_MS;
    const giveUpAfterMs = this.config.RECONCILIATION_PATIENCE_MS;
    return [{ name: 'compare-minute', dependsOn: [], giveUpAfterMs, run: () => this.compare(endMs) }];
  }

  private async compare(endMs: number): Promise<string> {
    const [stores, sql] = await Promise.all([this.services.overview('stores', endMs), this.services.overview('sql', endMs)]);
    const minute = `the minute up to ${new Date(endMs).toISOString()}`;
    if (stores.meta.source !== 'stores') throw new NotYetError(`${minute} cannot be compared: it is no longer in the stores`);
    if (stores.meta.partial || sql.meta.partial) throw new NotYetError(`${minute} cannot be compared: an answer is partial`);
    const found = differences(stores.currentTimePeriod, sql.currentTimePeriod);
    if (found.length > 0) throw new NotYetError(`${minute} differs: ${found.join('; ')}`);
    const { orders, totalRevenue } = stores.currentTimePeriod;
    return `${minute} is equal on both sides: ${orders} orders, ${totalRevenue.toFixed(2)}`;
  }
}
