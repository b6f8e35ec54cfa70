import { Module } from '@nestjs/common';
import { HealthRegistry } from '@orderpulse/service-kit';
import { IngestionModule } from '../ingestion/ingestion.module';
import { SqlReader } from './sql-reader';

/** How the gateway reaches the SQL side. */
@Module({ imports: [IngestionModule], providers: [SqlReader], exports: [SqlReader] })
export class SqlModule {
  constructor(health: HealthRegistry, reader: SqlReader) {
    health.register('sql', () => reader.ping());
  }
}
