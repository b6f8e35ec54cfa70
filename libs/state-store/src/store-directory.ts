import type { PartitionWindowsOptions } from '@orderpulse/windowing';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LevelDatabase, type Database } from './database';
import { StoreDamagedError, StoreUnavailableError } from './errors';
import { PartitionStore } from './partition-store';
import type { StoredPartition } from './stored-partition';

/** A store that could not be trusted, kept for inspection. */
export interface MovedAside {
  readonly reason: string;
  /** Where it is now. */
  readonly path: string;
}

export interface OpenedStore {
  readonly store: PartitionStore;
  /** Undefined when the store is new: read the topic from its earliest offset. */
  readonly stored: StoredPartition | undefined;
  /** Set when there was a store that failed its audit: damaged, or made by other rules. */
  readonly movedAside: MovedAside | undefined;
}

export interface StoreDirectoryOptions {
  /** Folder of all stores; made when missing. */
  readonly directory: string;
  /** The rules by which the partitions are counted. */
  readonly windows: PartitionWindowsOptions;
  readonly now: () => number;
  /** Default: LevelDB. */
  readonly database?: (directory: string) => Database;
}

const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
/** LevelDB makes these before anything of ours is on disk. */
const EMPTY_STORE_FILES = /^(LOCK|LOG|LOG\.old)$/;

/** The folder with one store per partition, each in a folder named `<topic>-<partition>`. */
export class StoreDirectory {
  constructor(private readonly options: StoreDirectoryOptions) {}

  /** The folder of one partition's store. @throws RangeError for a topic that is no file name */
  pathOf(topic: string, partition: number): string {
    if (!TOPIC.test(topic) || /^\.+$/.test(topic)) throw new RangeError(`not a topic name: ${JSON.stringify(topic)}`);
    if (!Number.isSafeInteger(partition) || partition < 0) throw new RangeError(`not a partition: ${partition}`);
    return join(this.options.directory, `${topic}-${partition}`);
  }

  /**
   * Opens a partition's store. One that fails its audit is moved aside and a new one takes its place.
   * @throws StoreLockedError, StoreUnavailableError
   */
  async open(topic: string, partition: number): Promise<OpenedStore> {
    const path = this.pathOf(topic, partition);
    await this.prepare(path);
    const before = await readdir(path);
    const reason = await this.tryOpen(topic, partition, before);
    if (typeof reason !== 'string') return reason;
    return this.replace(topic, partition, reason);
  }

  /** Moves a closed store aside for a reason of the caller's, and opens a new one in its place. */
  async replace(topic: string, partition: number, reason: string): Promise<OpenedStore> {
    const movedAside = { reason, path: await this.moveAside(this.pathOf(topic, partition)) };
    const { store, stored } = await PartitionStore.open(this.storeOptions(topic, partition));
    return { store, stored, movedAside };
  }

  /** The opened store, or why it cannot be trusted. */
  private async tryOpen(topic: string, partition: number, before: readonly string[]): Promise<OpenedStore | string> {
    try {
      const { store, stored } = await PartitionStore.open(this.storeOptions(topic, partition));
      // LevelDB starts over in silence when its CURRENT file is gone, and drops what is left of the old files.
      const lost = stored === undefined && before.some((file) => !EMPTY_STORE_FILES.test(file));
      if (!lost) return { store, stored, movedAside: undefined };
      await store.close();
      return 'there were files but no checkpoint in them';
    } catch (error) {
      if (error instanceof StoreDamagedError) return error.message;
      throw error;
    }
  }

  private storeOptions(topic: string, partition: number) {
    const { windows, now, database = (directory: string) => new LevelDatabase(directory) } = this.options;
    const path = this.pathOf(topic, partition);
    return { topic, partition, windows, now, database: () => database(path) };
  }

  private async prepare(path: string): Promise<void> {
    try {
      await mkdir(path, { recursive: true });
    } catch (error) {
      throw new StoreUnavailableError(
        `${path} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  private async moveAside(path: string): Promise<string> {
    const stamp = new Date(this.options.now()).toISOString().replace(/[:.]/g, '-');
    const taken = new Set(await readdir(this.options.directory));
    let target = `${path}.set-aside-${stamp}`;
    for (let attempt = 2; taken.has(basename(target)); attempt++) target = `${path}.set-aside-${stamp}-${attempt}`;
    try {
      await rename(path, target);
    } catch (error) {
      throw new StoreUnavailableError(
        `${path} is not to be used and cannot be moved aside: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    return target;
  }
}
