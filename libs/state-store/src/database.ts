import { ClassicLevel } from 'classic-level';
import { StoreDamagedError, StoreLockedError, StoreUnavailableError, type StateStoreError } from './errors';

/** One change of an atomic batch. */
export type BatchOperation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array };

/** What the store needs of a key-value database. */
export interface Database {
  /** @throws StoreLockedError, StoreUnavailableError, StoreDamagedError */
  open(): Promise<void>;
  close(): Promise<void>;
  /** All or nothing, and on disk when it resolves. */
  writeSync(operations: BatchOperation[]): Promise<void>;
  /** Every entry in key order. */
  entries(): AsyncIterable<[Uint8Array, Uint8Array]>;
}

const CACHE_BYTES = 256 * 1024;
/** Errors that say nothing about what is stored. */
export const FILE_SYSTEM_REFUSES =
  /no space left|disk quota|permission denied|read-only file system|too many open files/i;

/** LevelDB in a directory, which is made when it is missing. */
export class LevelDatabase implements Database {
  private readonly level: ClassicLevel<Uint8Array, Uint8Array>;

  constructor(directory: string) {
    // The store is read once, when it is opened: a block cache would only take memory.
    this.level = new ClassicLevel(directory, { keyEncoding: 'view', valueEncoding: 'view', cacheSize: CACHE_BYTES });
  }

  async open(): Promise<void> {
    try {
      await this.level.open();
    } catch (error) {
      throw openError(this.level.location, error);
    }
  }

  async close(): Promise<void> {
    await this.level.close();
  }

  async writeSync(operations: BatchOperation[]): Promise<void> {
    await this.level.batch(operations, { sync: true });
  }

  entries(): AsyncIterable<[Uint8Array, Uint8Array]> {
    return this.level.iterator();
  }
}

/** LevelDB's own error is the cause of what `open` rejects with. Only its code tells a lock from damage. */
function openError(directory: string, error: unknown): StateStoreError {
  const cause = causeOf(error);
  const message = cause.message ?? String(error);
  if (cause.code === 'LEVEL_LOCKED') {
    return new StoreLockedError(
      `${directory} is in use: another instance runs on it. Stop that one, or give this one another DATA_DIR.`,
      { cause },
    );
  }
  if (FILE_SYSTEM_REFUSES.test(message))
    return new StoreUnavailableError(`${directory} cannot be opened: ${message}`, { cause });
  return new StoreDamagedError(`LevelDB cannot open it: ${message}`, { cause });
}

function causeOf(error: unknown): { code?: unknown; message?: string } {
  if (typeof error !== 'object' || error === null) return {};
  // Errors of a native module need not be instances of this realm's Error.
  return 'cause' in error && typeof error.cause === 'object' && error.cause !== null ? error.cause : error;
}
