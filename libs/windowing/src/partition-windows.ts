import {
  addFigures,
  FigureOverflowError,
  MAX_PARTITION_REVENUE_CENTS,
  zeroFigures,
  type Figures,
  type MutableFigures,
} from './figures';
import { type HoppingWindows, NO_STREAM_TIME } from './hopping-windows';
import { SeenEvents, type DeduplicationSpec, type SeenBucket } from './seen-events';
import { SliceRing, type Slice } from './slice-ring';

/** What became of an event: it changed figures, it was seen before, or every window it belongs to has closed. */
export type Outcome = 'counted' | 'duplicate' | 'late';

/** The account of a partition's records: read = counted + duplicate + late + deadLettered, always. */
export interface Counters {
  readonly read: number;
  readonly counted: number;
  readonly duplicate: number;
  readonly late: number;
  readonly deadLettered: number;
}

/** An event as the windows see it. */
export interface WindowedEvent {
  readonly eventId: string;
  /** Whole ms since the epoch, not negative. */
  readonly eventTimeMs: number;
  readonly figures: Figures;
}

/** Everything of a partition's state but slices and seen ids: a few numbers. */
export interface PartitionSummary {
  /** Largest event time read; −1 before the first. */
  readonly streamTimeMs: number;
  readonly counters: Counters;
  /** Everything ever counted. */
  readonly cumulative: Figures;
  /** The part of it whose slices have expired: Σ live slices + expired = cumulative. */
  readonly expired: Figures;
  /** Remembered event ids, and the oldest bucket that they may be in. */
  readonly seenCount: number;
  readonly firstSeenBucket: number;
}

/** A partition's state in full. */
export interface PartitionSnapshot extends PartitionSummary {
  readonly slices: readonly Slice[];
  readonly seen: readonly SeenBucket[];
}

/** What changed since the last checkpoint: absolute values of dirty slices, ids added, and the summary as of now. */
export interface PartitionChanges {
  readonly summary: PartitionSummary;
  readonly dirtySlices: readonly Slice[];
  readonly addedSeen: readonly SeenBucket[];
}

export interface PartitionWindowsOptions {
  readonly windows: HoppingWindows;
  /** False gives Kafka Streams' behaviour: every record counts. */
  readonly deduplicate: boolean;
  readonly deduplication?: DeduplicationSpec;
}

/**
 * The window state of one partition, in memory. What it holds is a function of the events read and their order, and of
 * nothing else: no clock, no batch bounds, no checkpoints.
 */
export class PartitionWindows {
  readonly windows: HoppingWindows;
  private readonly deduplicate: boolean;
  private readonly seen: SeenEvents;
  private readonly ring: SliceRing;
  private streamTime = NO_STREAM_TIME;
  private firstLiveSlice = 0;
  private readonly tally = { counted: 0, duplicate: 0, late: 0, deadLettered: 0 };
  private readonly cumulative = zeroFigures();
  private readonly expired = zeroFigures();
  private readCount = 0;

  constructor(options: PartitionWindowsOptions) {
    this.windows = options.windows;
    this.deduplicate = options.deduplicate;
    this.seen = new SeenEvents(options.deduplication);
    this.ring = new SliceRing(ringCapacity(options.windows));
  }

  /** The state that was stored. The snapshot must have passed its audit. */
  static restore(options: PartitionWindowsOptions, snapshot: PartitionSnapshot): PartitionWindows {
    const partition = new PartitionWindows(options);
    partition.streamTime = snapshot.streamTimeMs;
    partition.firstLiveSlice = options.windows.firstLiveSlice(snapshot.streamTimeMs);
    const { read, ...tally } = snapshot.counters;
    partition.readCount = read;
    Object.assign(partition.tally, tally);
    Object.assign(partition.cumulative, snapshot.cumulative);
    Object.assign(partition.expired, snapshot.expired);
    snapshot.slices.forEach((slice) => partition.ring.restore(slice));
    partition.seen.advance(snapshot.streamTimeMs);
    snapshot.seen.forEach((bucket) => partition.seen.restore(bucket));
    return partition;
  }

  /** Largest event time read; −1 before the first. */
  get streamTimeMs(): number {
    return this.streamTime;
  }

  get counters(): Counters {
    return { read: this.readCount, ...this.tally };
  }

  /** Number of slices that have had an event and have not expired. */
  get sliceCount(): number {
    return this.ring.size;
  }

  /** Everything ever counted. */
  get totals(): Figures {
    return { ...this.cumulative };
  }

  /**
   * Reads one event. A duplicate changes nothing, even if it is late as well; any other event moves stream time, and is
   * counted unless no window takes it.
   * @throws InvalidTimeError for an event time that no slice can take; FigureOverflowError when revenue would leave the
   * exact range. Neither has changed anything: the caller dead-letters the record.
   */
  read(event: WindowedEvent): Outcome {
    const { eventId, eventTimeMs, figures } = event;
    const slice = this.windows.sliceOf(eventTimeMs);
    if (this.deduplicate && this.seen.has(eventId)) return this.tallied('duplicate');
    if (this.cumulative.revenueCents + figures.revenueCents > MAX_PARTITION_REVENUE_CENTS) {
      throw new FigureOverflowError(
        `a partition counts at most ${MAX_PARTITION_REVENUE_CENTS} cents; ${figures.revenueCents} more would exceed it`,
      );
    }
    this.advance(eventTimeMs);
    if (this.deduplicate) this.seen.add(eventId, eventTimeMs);
    if (this.windows.isLate(eventTimeMs, this.streamTime)) return this.tallied('late');
    addFigures(this.cumulative, figures);
    this.ring.add(slice, figures);
    return this.tallied('counted');
  }

  /** Accounts for a record that could not be read as an event. Stream time does not move. */
  readDeadLetter(): void {
    this.readCount++;
    this.tally.deadLettered++;
  }

  /** Adds (or, with −1, takes away) the figures of one slice; an empty or expired slice adds nothing. */
  accumulateSlice(slice: number, sum: MutableFigures, factor: 1 | -1 = 1): void {
    this.ring.accumulate(slice, sum, factor);
  }

  /** Copies of everything that a checkpoint has to store. Give them back with returnChanges when it could not. */
  takeChanges(): PartitionChanges {
    return { summary: this.summary(), dirtySlices: this.ring.takeDirty(), addedSeen: this.seen.takeAdded() };
  }

  /** Makes changes that could not be stored part of the next takeChanges. */
  returnChanges(changes: PartitionChanges): void {
    this.ring.markDirty(changes.dirtySlices);
    this.seen.returnAdded(changes.addedSeen);
  }

  private summary(): PartitionSummary {
    return {
      streamTimeMs: this.streamTime,
      counters: this.counters,
      cumulative: { ...this.cumulative },
      expired: { ...this.expired },
      seenCount: this.seen.size,
      firstSeenBucket: this.seen.firstBucket,
    };
  }

  private advance(eventTimeMs: number): void {
    if (eventTimeMs <= this.streamTime) return;
    this.streamTime = eventTimeMs;
    this.seen.advance(eventTimeMs);
    const firstLive = this.windows.firstLiveSlice(eventTimeMs);
    if (firstLive === this.firstLiveSlice) return;
    this.firstLiveSlice = firstLive;
    this.ring.expire(firstLive, this.expired);
  }

  private tallied(outcome: Outcome): Outcome {
    this.readCount++;
    this.tally[outcome]++;
    return outcome;
  }
}

/** Slots of the ring for a family of windows: the power of two at or above its live slices. */
export function ringCapacity(windows: HoppingWindows): number {
  return 2 ** Math.ceil(Math.log2(windows.liveSlices));
}

/** True when the account adds up and no entry is negative. */
export function countersBalance(counters: Counters): boolean {
  const { read, counted, duplicate, late, deadLettered } = counters;
  return (
    [read, counted, duplicate, late, deadLettered].every((n) => Number.isSafeInteger(n) && n >= 0) &&
    read === counted + duplicate + late + deadLettered
  );
}
