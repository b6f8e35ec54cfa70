import { HealthRegistry } from '@orderpulse/service-kit';
import { type RunningPostgres, startPostgres } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseOptions } from '../database/database.module';
import { Database } from '../database/database.service';

/** A PostgreSQL server of its own for one test file. */
export interface TestServer {
  engine: RunningPostgres;
  stop(): Promise<void>;
}

export async function startServer(port = 0): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'order-api-pg-'));
  const engine = await startPostgres({ dataDir, port, settings: { fsync: 'off' } });
  return {
    engine,
    stop: async () => {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The order database, schema up to date, and how to close it. */
export interface TestDatabase {
  database: Database;
  close(): Promise<void>;
}

export async function openDatabase(url: string): Promise<TestDatabase> {
  const dataSource = new DataSource(databaseOptions(url) as DataSourceOptions);
  const database = new Database(dataSource, new HealthRegistry());
  database.onApplicationBootstrap();
  await database.whenUp(AbortSignal.timeout(20_000));
  return {
    database,
    close: async () => {
      await database.onModuleDestroy();
      await dataSource.destroy();
    },
  };
}

/** Empties every table, as after the first start. */
export async function clear(database: Database): Promise<void> {
  await database.run('TRUNCATE shop.orders, shop.outbox, shop.clicks, shop.tasks, shop.generators');
  await database.run(
    'UPDATE shop.outbox_head SET first_sequence = 1, last_sequence = 0, last_event_time_ms = 0, order_count = 0',
  );
  await database.run(
    'UPDATE shop.shop_clock SET started_at_ms = NULL, shop_time_ms = NULL, next_arrival_ms = NULL, orders_written = 0',
  );
}
