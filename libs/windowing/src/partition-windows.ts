import type { OrderFacts } from '@orderpulse/contracts';
import { FigureOverflowError, MAX_PARTITION_REVENUE_CENTS, type Figures } from './figures';
import type { Counters, PartitionChanges, PartitionSnapshot, PartitionSummary } from './partition-state';
import { DEFAULT_DEDUPLICATION, SeenEvents, type DeduplicationSpec } from './seen-events';
import { checkTime, NO_STREAM_TIME } from './window-family';
import { WindowStore } from './window-store';
import type { WindowStores } from './window-stores';

/** What became of an event: it changed figures, it was seen before, or every window of the default store that it belongs to has closed. */
export type Outcome = 'counted' | 'duplicate' | 'late';

export interface PartitionWindowsOptions {
  readonly stores: WindowStores;
  /** False gives Kafka Streams' behaviour: every record counts. */
  readonly deduplicate: boolean;
  readonly deduplication?: DeduplicationSpec;
}

/** How long event ids are remembered by these rules; null where every record counts. */
export function deduplicationOf({
  deduplicate,
  deduplication = DEFAULT_DEDUPLICATION,
}: PartitionWindowsOptions): DeduplicationSpec | null {
  return deduplicate ? deduplication : null;
}

/**
 * The window state of one partition, in memory. What it holds is a function of the events read and their order, and of
 * nothing else: no clock, no batch bounds, no checkpoints. Stream time, deduplication and the account of records are the
 * partition's; each store decides by its own windows what is late for it.
 */
export class PartitionWindows {
  /** In the order of their definitions; the first is the default store. */
  readonly stores: readonly WindowStore[];
  readonly defaultStore: WindowStore;
  private readonly deduplicate: boolean;
  private readonly seen: SeenEvents;
  private streamTime = NO_STREAM_TIME;
  private readonly tally = { counted: 0, duplicate: 0, late: 0, deadLettered: 0 };
  private readCount = 0;

  constructor(options: PartitionWindowsOptions) {
    const [first, ...further] = options.stores.all.map((definition) => new WindowStore(definition));
    if (!first) throw new RangeError('there is no default store');
    this.defaultStore = first;
    this.stores = [first, ...further];
    this.deduplicate = options.deduplicate;
    this.seen = new SeenEvents(options.deduplication);
  }

  /** The state that was stored. The snapshot must have passed its audit. */
  static restore(options: PartitionWindowsOptions, snapshot: PartitionSnapshot): PartitionWindows {
    const partition = new PartitionWindows(options);
    partition.streamTime = snapshot.streamTimeMs;
    const { read, ...tally } = snapshot.counters;
    partition.readCount = read;
    Object.assign(partition.tally, tally);
    partition.stores.forEach((store, index) => {
      const summary = snapshot.stores[index];
      const contents = snapshot.contents[index];
      if (!summary || !contents) throw new RangeError(`the snapshot lacks store ${store.definition.name}`);
      store.restore(summary, contents, snapshot.streamTimeMs);
    });
    partition.seen.advance(snapshot.streamTimeMs);
    for (const bucket of snapshot.seen) partition.seen.restore(bucket);
    return partition;
  }

  /** Largest event time read; −1 before the first. */
  get streamTimeMs(): number {
    return this.streamTime;
  }

  get counters(): Counters {
    return { read: this.readCount, ...this.tally };
  }

  /** Number of slices of the default store that have had an event and have not expired. */
  get sliceCount(): number {
    return this.defaultStore.sliceCount;
  }

  /** Everything that the default store ever counted. */
  get totals(): Figures {
    return this.defaultStore.totals;
  }

  /** The store of a name; undefined when there is none. */
  store(name: string): WindowStore | undefined {
    return this.stores.find(({ definition }) => definition.name === name);
  }

  /**
   * Reads one event, and keeps nothing of the object. A duplicate changes nothing, even if it is late as well; any other event moves stream time, and is
   * counted by every store in which some window takes it.
   * @throws InvalidTimeError for an event time that no slice can take; FigureOverflowError when revenue would leave the
   * exact range. Neither has changed anything: the caller dead-letters the record.
   */
  read(facts: OrderFacts): Outcome {
    const { seen, stores } = this;
    const { eventTimeMs } = facts;
    checkTime(eventTimeMs);
    if (this.deduplicate && seen.probe(facts)) {
      this.readCount++;
      this.tally.duplicate++;
      return 'duplicate';
    }
    for (let index = 0; index < stores.length; index++) if (!stores[index]?.hasRoomFor(facts)) throw overflow(facts);
    if (eventTimeMs > this.streamTime) this.advance(eventTimeMs);
    if (this.deduplicate) seen.remember(eventTimeMs);
    const event = this.readCount++;
    for (let index = 1; index < stores.length; index++) stores[index]?.count(facts, event);
    if (this.defaultStore.count(facts, event)) {
      this.tally.counted++;
      return 'counted';
    }
    this.tally.late++;
    return 'late';
  }

  /** Accounts for a record that could not be read as an event. Stream time does not move. */
  readDeadLetter(): void {
    this.readCount++;
    this.tally.deadLettered++;
  }

  /** Copies of everything that a checkpoint has to store. Give them back with returnChanges when it could not. */
  takeChanges(): PartitionChanges {
    return {
      summary: this.summary(),
      stores: this.stores.map((store) => store.takeChanges()),
      addedSeen: this.seen.takeAdded(),
    };
  }

  /** Makes changes that could not be stored part of the next takeChanges. */
  returnChanges(changes: PartitionChanges): void {
    changes.stores.forEach((store, index) => this.stores[index]?.returnChanges(store));
    this.seen.returnAdded(changes.addedSeen);
  }

  private summary(): PartitionSummary {
    return {
      streamTimeMs: this.streamTime,
      counters: this.counters,
      stores: this.stores.map((store) => store.summary()),
      seenCount: this.seen.size,
      firstSeenBucket: this.seen.firstBucket,
    };
  }

  private advance(eventTimeMs: number): void {
    this.streamTime = eventTimeMs;
    this.seen.advance(eventTimeMs);
    for (let index = 0; index < this.stores.length; index++) this.stores[index]?.advance(eventTimeMs);
  }
}

function overflow({ figures: { revenueCents } }: OrderFacts): FigureOverflowError {
  return new FigureOverflowError(
    `a partition counts at most ${MAX_PARTITION_REVENUE_CENTS} cents; ${revenueCents} more would exceed it`,
  );
}
