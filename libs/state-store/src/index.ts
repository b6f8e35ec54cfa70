export { LevelDatabase, type BatchOperation, type Database } from './database';
export { StateStoreError, StoreDamagedError, StoreLockedError, StoreUnavailableError } from './errors';
export { PartitionStore, type PartitionStoreOptions, type ReadPosition, type StoredPartition } from './partition-store';
export { StoreDirectory, type MovedAside, type OpenedStore, type StoreDirectoryOptions } from './store-directory';
