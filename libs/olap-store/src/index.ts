export * from './port';
export * from './errors';
export {
  createOlapAdmin,
  createOlapIngester,
  createOlapStore,
  type OlapSettings,
  type OlapTimeouts,
  type PinotOlapSettings,
  type PostgresOlapSettings,
} from './create-olap-store';
export { OlapStoreModule, type OlapStoreModuleAsyncOptions } from './nest/olap-store.module';
