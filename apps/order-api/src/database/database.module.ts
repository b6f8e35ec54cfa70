import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { CONFIG } from '@orderpulse/service-kit';
import { ClickEntity } from '../clickstream/click.entity';
import type { OrderApiConfig } from '../config';
import { OrderEntity } from '../orders/order.entity';
import { TaskEntity } from '../tasks/task.entity';
import { Database } from './database.service';
import { CreateShop1735689600000 } from './migrations/1735689600000-create-shop';
import { AddBackfillEnd1735776000000 } from './migrations/1735776000000-add-backfill-end';

/** Options of the connection; the schema changes by migrations only. */
export function databaseOptions(url: string): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    url,
    schema: 'shop',
    applicationName: 'order-api',
    entities: [OrderEntity, ClickEntity, TaskEntity],
    migrations: [CreateShop1735689600000, AddBackfillEnd1735776000000],
    migrationsTableName: 'migrations',
    synchronize: false,
    // The service connects by itself after it listens, see Database.
    manualInitialization: true,
    // Sequence numbers and epoch ms stay far below 2^53.
    parseInt8: true,
    extra: { max: 8, connectionTimeoutMillis: 3_000, query_timeout: 20_000, keepAlive: true },
  };
}

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: OrderApiConfig) => databaseOptions(config.DATABASE_URL),
    }),
  ],
  providers: [Database],
  exports: [Database],
})
export class DatabaseModule {}
