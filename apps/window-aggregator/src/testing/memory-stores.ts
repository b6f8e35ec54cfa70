import {
  PartitionStore,
  StoreDirectory,
  type BatchOperation,
  type Database,
  type OpenedStore,
} from '@orderpulse/state-store';
import type { PartitionWindowsOptions } from '@orderpulse/windowing';

type Entries = Map<string, [key: Uint8Array, value: Uint8Array]>;

/** What is on a disk in memory, by folder. It outlives the processes that write to it. */
export type MemoryDisk = Map<string, Entries>;

/** A database on a disk in memory. */
class MemoryDatabase implements Database {
  constructor(private readonly stored: Entries) {}

  open(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  writeSync(operations: BatchOperation[]): Promise<void> {
    for (const operation of operations) {
      const id = Buffer.from(operation.key).toString('latin1');
      if (operation.type === 'put') this.stored.set(id, [Buffer.from(operation.key), Buffer.from(operation.value)]);
      else this.stored.delete(id);
    }
    return Promise.resolve();
  }

  async *entries(): AsyncIterable<[Uint8Array, Uint8Array]> {
    for (const id of [...this.stored.keys()].sort()) {
      const entry = this.stored.get(id);
      if (entry) yield entry;
    }
  }
}

/** The stores of all partitions on a disk in memory. Nothing damages them, so none is ever moved aside by itself. */
export class MemoryStoreDirectory extends StoreDirectory {
  constructor(
    private readonly memory: {
      readonly disk: MemoryDisk;
      readonly windows: PartitionWindowsOptions;
      readonly now: () => number;
      readonly wrap: (database: Database) => Database;
    },
  ) {
    super({ directory: 'memory', windows: memory.windows, now: memory.now });
  }

  override async open(topic: string, partition: number): Promise<OpenedStore> {
    const { disk, windows, now, wrap } = this.memory;
    const path = this.pathOf(topic, partition);
    const entries = disk.get(path) ?? new Map<string, [Uint8Array, Uint8Array]>();
    disk.set(path, entries);
    const database = () => wrap(new MemoryDatabase(entries));
    return { ...(await PartitionStore.open({ topic, partition, windows, now, database })), movedAside: undefined };
  }

  override async replace(topic: string, partition: number, reason: string): Promise<OpenedStore> {
    const path = this.pathOf(topic, partition);
    this.memory.disk.delete(path);
    return { ...(await this.open(topic, partition)), movedAside: { reason, path: `${path}.set-aside` } };
  }
}
