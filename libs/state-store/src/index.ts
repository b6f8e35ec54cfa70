export { LevelDatabase, type BatchOperation, type Database } from './database';
export { StateStoreError, StoreDamagedError, StoreLockedError, StoreUnavailableError } from './errors';
export { SUMMARY_KEY } from './codec';
export type { CheckpointHeader, ReadPosition } from './checkpoint-summary';
export { checkpointOperations, fullOperations } from './checkpoint-operations';
export {
  readStoredPartition,
  type ExpectedPartition,
  type StoredPartition,
  type StoredSeenBucket,
} from './stored-partition';
export { PartitionStore, type PartitionStoreOptions } from './partition-store';
export { StoreDirectory, type MovedAside, type OpenedStore, type StoreDirectoryOptions } from './store-directory';
