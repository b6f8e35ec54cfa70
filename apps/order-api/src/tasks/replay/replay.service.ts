import { Inject, Injectable } from '@nestjs/common';
import type { ReplayQuery, Task } from '@orderpulse/contracts';
import { BadRequestError, Clock, CONFIG } from '@orderpulse/service-kit';
import type { OrderApiConfig } from '../../config';
import { Database } from '../../database/database.service';
import { creationOf } from '../../orders/order-change';
import { Timeline } from '../../orders/timeline';
import { ShopService } from '../../shop/shop.service';
import { TaskQueue, throwIfStopped } from '../task-queue';
import { TaskStore } from '../task-store';
import { parseCdnow } from './cdnow';
import { parseCsv } from './csv';
import { replayOrder, replayTimeMs } from './replay-order';
import type { ParsedFile, ReplayRow } from './replay-row';
import { chooseSpan, type Span } from './span';

const ROWS_PER_TRANSACTION = 400;

/** Stores the purchases of a file as orders, their times on a chosen span. */
@Injectable()
export class ReplayService {
  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    private readonly database: Database,
    private readonly queue: TaskQueue,
    private readonly tasks: TaskStore,
    private readonly timeline: Timeline,
    private readonly shop: ShopService,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads the file, then stores it as a task. Bad rows are in the task with their lines; the others are stored.
   * @throws ConflictError while the shop runs; BadRequestError when there is no good row, or for a bad header or span
   */
  async start(text: string, query: ReplayQuery): Promise<Task> {
    this.shop.assertPaused();
    const file = query.format === 'cdnow' ? parseCdnow(text) : parseCsv(text);
    assertSomeRows(file);
    await this.chooseSpan(query);
    return this.queue.start(
      'replay-orders',
      file.rows.length + file.errors.length,
      (id, signal) => this.run(id, file.rows, query, signal),
      file.errors,
    );
  }

  private async run(id: string, rows: readonly ReplayRow[], query: ReplayQuery, signal: AbortSignal): Promise<void> {
    const endPause = this.shop.keepPaused('a replay is running');
    try {
      const endHold = await this.timeline.hold('a replay is running');
      try {
        await this.store(id, rows, await this.chooseSpan(query), signal);
      } finally {
        endHold();
      }
    } finally {
      endPause();
    }
  }

  private async store(id: string, rows: readonly ReplayRow[], span: Span, signal: AbortSignal): Promise<void> {
    for (let first = 0; first < rows.length; first += ROWS_PER_TRANSACTION) {
      throwIfStopped(signal);
      const changes = rows.slice(first, first + ROWS_PER_TRANSACTION).map((row, index) => {
        const atMs = replayTimeMs(first + index, rows.length, span.fromMs, span.toMs);
        return creationOf(replayOrder(row, `R-${id}-${row.line}`, atMs), atMs);
      });
      await this.database.transaction((sql) => this.tasks.storeOrders(sql, id, changes));
    }
  }

  private async chooseSpan(query: ReplayQuery): Promise<Span> {
    const { rows } = await this.database.run<{ newestMs: number }>(
      'SELECT last_event_time_ms AS "newestMs" FROM shop.outbox_head',
    );
    const nowMs = this.clock.now();
    const oldestMs = nowMs - this.config.ORDER_RETENTION_HOURS * 3_600_000;
    return chooseSpan(query, { nowMs, newestMs: rows[0]?.newestMs ?? 0, oldestMs });
  }
}

function assertSomeRows({ rows, errors }: ParsedFile): void {
  if (rows.length > 0) return;
  const fields = errors.slice(0, 20).map(({ line, message }) => ({ field: `line ${line}`, message }));
  throw new BadRequestError(
    errors.length === 0 ? 'The file has no row.' : 'Not one row of the file is good.',
    fields,
    'NO_GOOD_ROW',
  );
}
