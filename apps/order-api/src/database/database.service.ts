import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  delayUnlessAborted,
  HealthRegistry,
  mapDatabaseError,
  messageOf,
  UnavailableError,
} from '@orderpulse/service-kit';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { aborted } from '../aborted';
import type { Sql, SqlResult } from './sql';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;
/** Any number, the same in every process: only one of several brings the schema up at a time. */
const MIGRATION_LOCK = 7_310_488_221;

/**
 * The order database. The service listens before PostgreSQL does: until the schema is up every call is 503 with the
 * reason, and connecting is tried again at least once a second.
 */
@Injectable()
export class Database implements Sql, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('database');
  private readonly stopping = new AbortController();
  private reason = 'not connected yet';
  private isUp = false;
  private starting: Promise<void> | undefined;
  private markUp: () => void = () => undefined;
  private readonly up = new Promise<void>((resolve) => {
    this.markUp = resolve;
  });

  constructor(
    private readonly dataSource: DataSource,
    health: HealthRegistry,
  ) {
    health.register('postgres', async () => {
      if (!this.isUp) throw new Error(this.reason);
      await this.run('SELECT 1');
    });
  }

  onApplicationBootstrap(): void {
    this.starting = this.bringUp();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.starting;
  }

  /** Resolves when the schema is up or the signal is aborted; never rejects. */
  async whenUp(signal: AbortSignal): Promise<void> {
    await Promise.race([this.up, aborted(signal)]);
  }

  /** @throws UnavailableError when PostgreSQL does not answer */
  async run<T = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<SqlResult<T>> {
    return this.guard(async () => {
      const runner = this.dataSource.createQueryRunner();
      try {
        return await runStatement<T>(runner, text, parameters);
      } finally {
        await runner.release();
      }
    });
  }

  /** One transaction (read committed); rolled back when `work` rejects. @throws UnavailableError as run */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.guard(async () => {
      const runner = this.dataSource.createQueryRunner();
      try {
        await runner.startTransaction();
        const result = await work({ run: (text, parameters = []) => runStatement(runner, text, parameters) });
        await runner.commitTransaction();
        return result;
      } catch (error) {
        await rollBack(runner);
        throw error;
      } finally {
        await runner.release();
      }
    });
  }

  /** Reads through repositories. @throws UnavailableError as run */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.guard(() => work(this.dataSource.manager));
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isUp) throw new UnavailableError(`PostgreSQL: ${this.reason}`, { code: 'DATABASE_UNAVAILABLE' });
    try {
      return await work();
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  private async bringUp(): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; !this.stopping.signal.aborted; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      try {
        if (!this.dataSource.isInitialized) await this.dataSource.initialize();
        await this.migrate();
        this.isUp = true;
        this.markUp();
        this.logger.log('connected, schema is up to date');
        return;
      } catch (error) {
        const reason = describe(error);
        if (reason !== this.reason) this.logger.warn(`waiting for PostgreSQL: ${reason}`);
        this.reason = reason;
        await delayUnlessAborted(waitMs, this.stopping.signal);
      }
    }
  }

  private async migrate(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      try {
        await runner.query('CREATE SCHEMA IF NOT EXISTS shop');
        await this.dataSource.runMigrations({ transaction: 'all' });
      } finally {
        await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      }
    } finally {
      await runner.release();
    }
  }
}

async function runStatement<T>(
  runner: QueryRunner,
  text: string,
  parameters: readonly unknown[],
): Promise<SqlResult<T>> {
  const result = await runner.query(text, [...parameters], true);
  const rows = result.records as T[];
  return { rows, count: result.affected ?? rows.length };
}

async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  // On a broken connection the server has rolled back already; the first error is the one to report.
  await runner.rollbackTransaction().catch(() => undefined);
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return messageOf(error);
}
