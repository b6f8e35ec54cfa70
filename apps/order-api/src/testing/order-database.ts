import { HealthRegistry } from '@orderpulse/service-kit';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseOptions } from '../database/database.module';
import { Database } from '../database/database.service';
import { OrderApiClient } from './order-api.client';

/**
 * Gives the surrounding `describe` the order database on a PostgreSQL of its own, with empty tables before each test. Use
 * what it returns inside tests only.
 */
export function useOrderDatabase(): { readonly database: Database } {
  let postgres: TestPostgres;
  let dataSource: DataSource;
  let database: Database;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    dataSource = new DataSource(databaseOptions(postgres.url) as DataSourceOptions);
    database = new Database(dataSource, new HealthRegistry());
    database.onApplicationBootstrap();
    await database.whenUp(AbortSignal.timeout(20_000));
  });
  afterAll(async () => {
    await database?.onModuleDestroy();
    await dataSource?.destroy();
    await postgres?.remove();
  });
  beforeEach(() => clear(database));
  return {
    get database() {
      return database;
    },
  };
}

/** Like useOrderDatabase, with an order API on it whose shop is paused. */
export function useOrderApi(): { readonly api: OrderApiClient; readonly database: Database } {
  let postgres: TestPostgres;
  let api: OrderApiClient;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    api = await OrderApiClient.start({ DATABASE_URL: postgres.url, SHOP_ENABLED: false });
    await api.untilReady();
  });
  afterAll(async () => {
    await api?.app.close();
    await postgres?.remove();
  });
  beforeEach(() => clear(api.app.get(Database)));
  return {
    get api() {
      return api;
    },
    get database() {
      return api.app.get(Database);
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
    `UPDATE shop.shop_clock SET started_at_ms = NULL, shop_time_ms = NULL, next_arrival_ms = NULL, backfill_end_ms = NULL,
                                orders_written = 0`,
  );
}
