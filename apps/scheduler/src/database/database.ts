import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, HealthRegistry, mapDatabaseError, UnavailableError } from '@orderpulse/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import type { SchedulerConfig } from '../config';
import { AttemptEntity, RunEntity, SCHEDULER_SCHEMA, StepEntity } from './entities';
import { RunHistory1764000000000 } from './run-history.migration';

/** Advisory lock under which replicas that start together migrate one after the other. */
const MIGRATION_LOCK = [0x0bde, 1] as const;
const CONNECT_TIMEOUT_MS = 2_000;
const QUERY_TIMEOUT_MS = 5_000;
const CONNECTIONS = 4;

/** The scheduler's own schema. The service starts without it; `connect` is called until it is there. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly logger = new Logger('database');
  private source: DataSource | undefined;
  private problem = 'not connected yet';

  constructor(
    @Inject(CONFIG) private readonly config: SchedulerConfig,
    health: HealthRegistry,
  ) {
    health.register('database', async () => {
      await this.run((manager) => manager.query('SELECT 1'));
    });
  }

  /**
   * Connects and migrates when that has not been done.
   * @throws UnavailableError when the server does not answer
   */
  async connect(): Promise<void> {
    if (this.source) return;
    const source = this.makeSource();
    try {
      await source.initialize();
      await migrate(source);
      this.source = source;
    } catch (error) {
      this.problem = error instanceof Error ? error.message || error.name : String(error);
      if (source.isInitialized) await source.destroy();
      throw mapDatabaseError(error);
    }
  }

  /** Runs work on the database. @throws UnavailableError when it does not answer */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (!this.source) throw new UnavailableError(`the scheduler database is not there: ${this.problem}`);
    try {
      return await work(this.source.manager);
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const source = this.source;
    this.source = undefined;
    await source?.destroy();
  }

  private makeSource(): DataSource {
    return new DataSource({
      type: 'postgres',
      url: this.config.DATABASE_URL,
      schema: SCHEDULER_SCHEMA,
      applicationName: 'orderpulse-scheduler',
      entities: [RunEntity, StepEntity, AttemptEntity],
      migrations: [RunHistory1764000000000],
      migrationsTableName: 'migrations',
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      poolSize: CONNECTIONS,
      extra: { query_timeout: QUERY_TIMEOUT_MS, keepAlive: true },
      poolErrorHandler: (error: Error) => this.logger.warn(`a connection was lost: ${error.message}`),
    });
  }
}

async function migrate(source: DataSource): Promise<void> {
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1, $2)', [...MIGRATION_LOCK]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEDULER_SCHEMA}`);
    await source.runMigrations({ transaction: 'each' });
    await lock.query('SELECT pg_advisory_unlock($1, $2)', [...MIGRATION_LOCK]);
  } finally {
    await lock.release();
  }
}
