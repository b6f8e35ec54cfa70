import { Injectable } from '@nestjs/common';
import type { PartitionBounds } from '@orderpulse/event-log';
import { StoreView, type PartitionWindows, type WindowStoreDefinition } from '@orderpulse/windowing';
import { SnapshotFollower } from '../snapshots/snapshot-follower';
import { PartitionsService, type HeldPartition } from './partitions.service';

/** A partition of which nothing new has come for so long while there are records to read has no owner that reads, in ms. */
const STALE_AFTER_MS = 5_000;

/** What this instance knows of a partition. */
export interface PartitionView {
  readonly partition: number;
  /**
   * Running: owned and read here. Following: another instance's, as of its last checkpoint. Stopped: was owned here, and
   * nobody is known to have read further.
   */
  readonly state: 'running' | 'following' | 'stopped';
  readonly windows: PartitionWindows;
  /** The next offset to read, in memory and as of the last checkpoint. */
  readonly nextOffset: number;
  readonly checkpointOffset: number;
  readonly lastCheckpointMs: number | null;
  /** Offsets that the log had dropped before they were read. */
  readonly gap: number;
  /** The log's end as the last batch told it; null when no batch has. */
  readonly knownEnd: number | null;
}

/**
 * Every partition of the topic as this instance sees it: its own ones from memory, the others from their snapshots. What is of another
 * topic of the name than the last look found does not count: its offsets compare with nothing.
 */
@Injectable()
export class PartitionViews {
  private topicId: string | null = null;
  private readonly behind = new Map<number, { nextOffset: number; sinceMs: number }>();

  constructor(
    private readonly held: PartitionsService,
    private readonly follower: SnapshotFollower,
  ) {}

  /** Known partitions in order. */
  all(): PartitionView[] {
    const known = new Set([...this.held.all().map(({ worker }) => worker.partition), ...this.follower.partitions()]);
    return [...known].sort((a, b) => a - b).flatMap((partition) => this.viewOf(partition) ?? []);
  }

  /** Notes which topic there is, and how far it goes, to see which replicas have stopped moving. */
  noteEnds(bounds: readonly PartitionBounds[]): void {
    const nowMs = performance.now();
    this.topicId = bounds[0]?.topicId ?? this.topicId;
    for (const { partition, end } of bounds) {
      const view = this.viewOf(partition);
      const before = this.behind.get(partition);
      if (!view || view.nextOffset >= end) this.behind.delete(partition);
      else if (before?.nextOffset !== view.nextOffset)
        this.behind.set(partition, { nextOffset: view.nextOffset, sinceMs: nowMs });
    }
  }

  /** True for a partition of another instance, or of none, that stands still although there are records to read. */
  isStale({ partition, state }: PartitionView): boolean {
    const since = this.behind.get(partition)?.sinceMs;
    return state !== 'running' && since !== undefined && performance.now() - since > STALE_AFTER_MS;
  }

  private viewOf(partition: number): PartitionView | undefined {
    const own = this.held.get(partition);
    const held = own && this.isCurrent(own.worker) ? own : undefined;
    if (held?.state === 'running') return viewOfHeld(held);
    const replica = this.follower.viewOf(partition);
    if (!replica || !this.isCurrent(replica.stored)) return held && viewOfHeld(held);
    if (held && held.worker.nextOffset > replica.stored.nextOffset) return viewOfHeld(held);
    const { nextOffset, savedAtMs, gap } = replica.stored;
    return {
      partition,
      state: 'following',
      windows: replica.windows,
      nextOffset,
      checkpointOffset: nextOffset,
      lastCheckpointMs: savedAtMs,
      gap,
      knownEnd: null,
    };
  }

  /** Before the first look nothing is known to be of another topic. */
  private isCurrent({ topicId }: { readonly topicId: string }): boolean {
    return this.topicId === null || topicId === this.topicId;
  }
}

/** A window store over all partitions of the views. */
export function storeOver(definition: WindowStoreDefinition, views: readonly PartitionView[]): StoreView {
  return new StoreView(
    definition,
    views.map(({ windows }) => windows),
  );
}

function viewOfHeld({ worker, state }: HeldPartition): PartitionView {
  const { partition, windows, nextOffset, checkpointOffset, lastCheckpointMs, gap, knownEnd } = worker;
  return { partition, state, windows, nextOffset, checkpointOffset, lastCheckpointMs, gap, knownEnd };
}
