import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Task } from '@orderpulse/contracts';
import { AppError, messageOf, UnavailableError } from '@orderpulse/service-kit';
import { randomUUID } from 'node:crypto';
import { Database } from '../database/database.service';
import type { RowError } from './replay/replay-row';
import { TaskStore } from './task-store';

const MAX_WAITING = 20;
const SHOWN_ROW_ERRORS = 100;

/** The work of a task. `signal` fires when the service stops. */
export type TaskWork = (id: string, signal: AbortSignal) => Promise<void>;

/** For tasks to call between their parts. @throws UnavailableError (STOPPED) when the service stops */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted)
    throw new UnavailableError('The service was stopped before the task was done', { code: 'STOPPED' });
}

/** Runs tasks one after the other, so that they do not compete with the shop for the database. */
@Injectable()
export class TaskQueue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('tasks');
  private readonly stopping = new AbortController();
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly tasks: TaskStore,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.last = this.clearUp();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.last;
  }

  /** Stores a task and runs it when its turn comes. @throws AppError 429 when too many are waiting */
  async start(kind: Task['kind'], total: number, work: TaskWork, rowErrors: readonly RowError[] = []): Promise<Task> {
    if (this.waiting >= MAX_WAITING)
      throw new AppError(`${MAX_WAITING} tasks are waiting already.`, {
        code: 'TOO_MANY_TASKS',
        status: 429,
        retriable: true,
        retryAfterSeconds: 5,
      });
    this.waiting += 1;
    const id = randomUUID();
    try {
      await this.tasks.add({
        id,
        kind,
        total,
        rowErrors: rowErrors.slice(0, SHOWN_ROW_ERRORS),
        rowErrorCount: rowErrors.length,
      });
    } catch (error) {
      this.waiting -= 1;
      throw error;
    }
    this.last = this.last.then(() => this.run(id, work));
    return this.tasks.find(id);
  }

  /** Never rejects: how it went is in the task. */
  private async run(id: string, work: TaskWork): Promise<void> {
    this.waiting -= 1;
    const { signal } = this.stopping;
    if (signal.aborted) return;
    try {
      await this.tasks.markRunning(id);
      const failure = await work(id, signal).then(
        () => null,
        (error: unknown) => this.describe(id, error),
      );
      await this.tasks.finish(id, failure);
    } catch (error) {
      this.logger.error(
        `task ${id}: its state could not be stored: ${messageOf(error)}`,
      );
    }
  }

  private describe(id: string, error: unknown): string {
    const isForCaller = error instanceof AppError;
    this.logger.error(
      `task ${id} failed: ${error instanceof Error ? (isForCaller ? error.message : error.stack) : String(error)}`,
    );
    return isForCaller ? error.message : 'Something went wrong here; the log has it under the id of the task.';
  }

  private async clearUp(): Promise<void> {
    await this.database.whenUp(this.stopping.signal);
    if (this.stopping.signal.aborted) return;
    await this.tasks.failUnfinished().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
      this.logger.warn(`unfinished tasks stay as they are: ${error.message}`);
    });
  }
}
