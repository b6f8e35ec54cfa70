import { Injectable } from '@nestjs/common';
import { fromCents, type Task } from '@orderpulse/contracts';
import { Clock, NotFoundError } from '@orderpulse/service-kit';
import { Database } from '../database/database.service';
import type { Sql } from '../database/sql';
import { iso } from '../orders/assemble-order';
import type { OrderChange } from '../orders/order-change';
import { writeChanges } from '../orders/order-writer';
import { TaskEntity } from './task.entity';

/** What a part of a task has stored. */
export interface TaskProgress {
  rows: number;
  /** In cents of the base currency; null for kinds without revenue. */
  revenueCents: number | null;
}

/** Tasks in the database. */
@Injectable()
export class TaskStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async add(task: Pick<TaskEntity, 'id' | 'kind' | 'total' | 'rowErrors' | 'rowErrorCount'>): Promise<void> {
    await this.database.run(
      `INSERT INTO shop.tasks (id, kind, state, total, row_errors, row_error_count, created_at_ms)
       VALUES ($1, $2, 'queued', $3, $4, $5, $6)`,
      [task.id, task.kind, task.total, JSON.stringify(task.rowErrors), task.rowErrorCount, this.clock.now()],
    );
  }

  /** @throws NotFoundError (TASK_NOT_FOUND) */
  async find(id: string): Promise<Task> {
    const task = await this.database.read((manager) => manager.findOneBy(TaskEntity, { id }));
    if (!task) throw new NotFoundError(`There is no task ${id}.`, 'TASK_NOT_FOUND');
    return {
      id: task.id,
      kind: task.kind,
      state: task.state,
      total: task.total,
      done: task.done,
      totalRevenue: task.revenueCents === null ? null : fromCents(task.revenueCents),
      rowErrors: task.rowErrors,
      rowErrorCount: task.rowErrorCount,
      error: task.error,
      createdAt: iso(task.createdAtMs),
      finishedAt: task.finishedAtMs === null ? null : iso(task.finishedAtMs),
    };
  }

  async markRunning(id: string): Promise<void> {
    await this.database.run(`UPDATE shop.tasks SET state = 'running' WHERE id = $1`, [id]);
  }

  /** Counts what the transaction of `sql` stores, in that transaction. */
  async addProgress(sql: Sql, id: string, { rows, revenueCents }: TaskProgress): Promise<void> {
    await sql.run(
      `UPDATE shop.tasks SET done = done + $2,
         revenue_cents = CASE WHEN $3::bigint IS NULL THEN revenue_cents ELSE coalesce(revenue_cents, 0) + $3 END
       WHERE id = $1`,
      [id, rows, revenueCents],
    );
  }

  /** Writes orders of the task and counts them in it, in the transaction of `sql`. */
  async storeOrders(sql: Sql, id: string, changes: readonly OrderChange[]): Promise<void> {
    const revenueCents = changes.reduce((sum, change) => sum + change.revenueCents, 0);
    await this.addProgress(sql, id, { rows: changes.length, revenueCents });
    await writeChanges(sql, changes);
  }

  /** @param error why it failed; null when it succeeded */
  async finish(id: string, error: string | null): Promise<void> {
    const state = error === null ? 'succeeded' : 'failed';
    const text = 'UPDATE shop.tasks SET state = $2, error = $3, finished_at_ms = $4 WHERE id = $1';
    await this.database.run(text, [id, state, error, this.clock.now()]);
  }

  /** Tasks that a former process left unfinished have failed: their work was in its memory. */
  async failUnfinished(): Promise<void> {
    await this.database.run(
      `UPDATE shop.tasks SET state = 'failed', error = 'interrupted by a restart of the service', finished_at_ms = $1
       WHERE state IN ('queued', 'running')`,
      [this.clock.now()],
    );
  }
}
