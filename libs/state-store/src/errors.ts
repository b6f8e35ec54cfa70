/** Base of the store's errors: a stable code, and whether trying again may help. */
export abstract class StateStoreError extends Error {
  abstract readonly code: string;
  abstract readonly retriable: boolean;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another process holds the store's lock: another instance lives on the same directory. Leave; never delete the lock. */
export class StoreLockedError extends StateStoreError {
  readonly code = 'STORE_LOCKED';
  readonly retriable = false;
}

/** The file system refuses (no space, no permission, too many open files). The store itself may be well. */
export class StoreUnavailableError extends StateStoreError {
  readonly code = 'STORE_UNAVAILABLE';
  readonly retriable = true;
}

/** What is stored cannot be trusted. Opening moves such a store aside; while running, the process has to start over. */
export class StoreDamagedError extends StateStoreError {
  readonly code = 'STORE_DAMAGED';
  readonly retriable = false;
}
