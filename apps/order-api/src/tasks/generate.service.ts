import { Inject, Injectable } from '@nestjs/common';
import type { Generate, Task } from '@orderpulse/contracts';
import { AppError, Clock, CONFIG } from '@orderpulse/service-kit';
import { simulateClick } from '../clickstream/click-generator';
import { ClickstreamService } from '../clickstream/clickstream.service';
import type { OrderApiConfig } from '../config';
import { Database } from '../database/database.service';
import type { Sql } from '../database/sql';
import { creationOf } from '../orders/order-change';
import { Timeline } from '../orders/timeline';
import { ShopService } from '../shop/shop.service';
import { simulateOrder } from '../shop/simulation/simulated-order';
import { TaskQueue, throwIfStopped } from './task-queue';
import { TaskStore } from './task-store';

const ORDERS_PER_TRANSACTION = 200;
const CLICKS_PER_TRANSACTION = 2_000;
/** Clicks count their numbers apart from orders: their generators have negative names. */
const clickGenerator = (seed: number): number => -1 - seed;

const TAKE_NUMBERS = `
  INSERT INTO shop.generators (seed, next_index) VALUES ($1, $2)
  ON CONFLICT (seed) DO UPDATE SET next_index = generators.next_index + excluded.next_index
  RETURNING next_index - $2::bigint AS "firstIndex"`;

/** Makes orders and clicks of this very moment with the shop's generator. */
@Injectable()
export class GenerateService {
  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    private readonly database: Database,
    private readonly queue: TaskQueue,
    private readonly tasks: TaskStore,
    private readonly timeline: Timeline,
    private readonly shop: ShopService,
    private readonly clickstream: ClickstreamService,
    private readonly clock: Clock,
  ) {}

  /** Without a seed they come from the running shop's; numbers that a seed has given are not given again. */
  async orders({ count, seed = this.config.SHOP_SEED }: Generate): Promise<Task> {
    return this.queue.start('generate-orders', count, async (id, signal) => {
      for (let done = 0; done < count;) {
        const rows = Math.min(ORDERS_PER_TRANSACTION, count - done);
        await this.whenPresent(signal, () => this.database.transaction((sql) => this.storeOrders(sql, id, seed, rows)));
        done += rows;
      }
    });
  }

  async clicks({ count, seed = this.config.SHOP_SEED }: Generate): Promise<Task> {
    return this.queue.start('generate-clickstream', count, async (id, signal) => {
      for (let done = 0; done < count;) {
        throwIfStopped(signal);
        const rows = Math.min(CLICKS_PER_TRANSACTION, count - done);
        await this.database.transaction((sql) => this.storeClicks(sql, id, seed, rows));
        done += rows;
      }
    });
  }

  private async storeOrders(sql: Sql, id: string, seed: number, rows: number): Promise<void> {
    const firstIndex = await takeNumbers(sql, seed, rows);
    const nowMs = this.clock.now();
    const { preset } = this.shop.status();
    const changes = Array.from({ length: rows }, (_, index) => {
      const { order, plan } = simulateOrder(seed, firstIndex + index, nowMs, preset);
      return creationOf(order, nowMs, plan);
    });
    await this.tasks.storeOrders(sql, id, changes);
  }

  private async storeClicks(sql: Sql, id: string, seed: number, rows: number): Promise<void> {
    const firstIndex = await takeNumbers(sql, clickGenerator(seed), rows);
    const clicks = Array.from({ length: rows }, (_, index) => simulateClick(seed, firstIndex + index));
    await this.clickstream.store(sql, clicks, this.clock.now());
    await this.tasks.addProgress(sql, id, { rows, revenueCents: null });
  }

  /** Runs a writer of present events, when need be after the past is written. */
  private async whenPresent(signal: AbortSignal, write: () => Promise<void>): Promise<void> {
    for (;;) {
      throwIfStopped(signal);
      await this.timeline.whenFree(signal);
      try {
        return await this.timeline.share(write);
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'TIMELINE_HELD')) throw error;
      }
    }
  }
}

async function takeNumbers(sql: Sql, generator: number, count: number): Promise<number> {
  const { rows } = await sql.run<{ firstIndex: number }>(TAKE_NUMBERS, [generator, count]);
  return rows[0]?.firstIndex ?? 0;
}
