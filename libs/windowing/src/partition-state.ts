import type { Figures } from './figures';
import type { SeenBucket } from './seen-events';
import type { Slice } from './slice-ring';

/** The account of a partition's records: read = counted + duplicate + late + deadLettered, always. Late is late for the default store. */
export interface Counters {
  readonly read: number;
  readonly counted: number;
  readonly duplicate: number;
  readonly late: number;
  readonly deadLettered: number;
}

/** A few numbers of one store of a partition. Its counted + late are the partition's counted + late. */
export interface StoreSummary {
  /** Events that entered a window, and events that entered none. */
  readonly counted: number;
  readonly late: number;
  /** Everything ever counted, once for each group it was counted in. */
  readonly cumulative: Figures;
  /** The part of it that was counted in groups that are gone: Σ groups' cumulative + retired = cumulative. */
  readonly retired: Figures;
}

/** Everything of a partition's state but groups, slices and seen ids: a few numbers. */
export interface PartitionSummary {
  /** Largest event time read; −1 before the first. */
  readonly streamTimeMs: number;
  readonly counters: Counters;
  /** One entry a store, in the order of the definitions. */
  readonly stores: readonly StoreSummary[];
  /** Remembered event ids, and the oldest bucket that they may be in. */
  readonly seenCount: number;
  readonly firstSeenBucket: number;
}

/** The one group of a store that does not group. No key makes a group of this name. */
export const UNGROUPED = '';

/** Totals of a group that has live slices, or of the one group of a store that does not group. */
export interface GroupTotals {
  readonly group: string;
  /** Everything counted since the group began. */
  readonly cumulative: Figures;
  /** The part of it whose slices have expired: Σ live slices + expired = cumulative. */
  readonly expired: Figures;
}

/** A slice of a group. */
export interface GroupSlice extends Slice {
  readonly group: string;
}

/** Where a slice of a group was. */
export type GroupSliceKey = Omit<GroupSlice, 'figures'>;

/** What one store of a partition holds. */
export interface StoreSnapshot {
  readonly groups: readonly GroupTotals[];
  readonly slices: readonly GroupSlice[];
}

/** A partition's state in full. */
export interface PartitionSnapshot extends PartitionSummary {
  /** One entry a store, in the order of the definitions. */
  readonly contents: readonly StoreSnapshot[];
  readonly seen: readonly SeenBucket[];
}

/** What changed in one store: absolute values of what is dirty, and what is gone. What is gone is to be forgotten first: a group may be back. */
export interface StoreChanges extends StoreSnapshot {
  readonly droppedGroups: readonly string[];
  readonly droppedSlices: readonly GroupSliceKey[];
}

/** What changed since the last checkpoint, and the summary as of now. */
export interface PartitionChanges {
  readonly summary: PartitionSummary;
  /** One entry a store, in the order of the definitions. */
  readonly stores: readonly StoreChanges[];
  readonly addedSeen: readonly SeenBucket[];
}

/** True when the account adds up and no entry is negative. */
export function countersBalance(counters: Counters): boolean {
  const { read, counted, duplicate, late, deadLettered } = counters;
  return (
    [read, counted, duplicate, late, deadLettered].every((n) => Number.isSafeInteger(n) && n >= 0) &&
    read === counted + duplicate + late + deadLettered
  );
}
