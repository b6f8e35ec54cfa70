export * from './port';
export * from './errors';
export {
  createOlapAdmin,
  createOlapStore,
  type OlapSettings,
  type OlapTimeouts,
  type PinotOlapSettings,
  type PostgresOlapSettings,
} from './create-olap-store';
export { OlapStoreModule, type OlapStoreModuleOptions } from './nest/olap-store.module';
export {
  PostgresOlapIngester,
  type IngestBatch,
  type IngesterOptions,
  type IngestRecord,
  type IngestResult,
} from './postgres/postgres-olap-ingester';
