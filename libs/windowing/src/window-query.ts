import { zeroFigures, type Figures } from './figures';
import { UNGROUPED } from './partition-state';
import type { PartitionWindows } from './partition-windows';
import type { WindowFamily, WindowRange } from './window-family';
import type { WindowStore } from './window-store';
import type { WindowStoreDefinition } from './window-stores';

/** One window merged over partitions. */
export interface WindowFigures {
  /** Inclusive. */
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly figures: Figures;
}

/** A window and the one right before it. */
export interface WindowPair {
  readonly current: WindowFigures;
  readonly previous: WindowFigures;
  /** False when some partition's stream time has left the older one behind, so that its figures may be gone. */
  readonly visible: boolean;
}

/** What a group holds in a window. */
export interface GroupFigures {
  readonly group: string;
  readonly figures: Figures;
}

/** One window store merged over partitions, for queries: what it answers is as of now. */
export class StoreView {
  private readonly windows: WindowFamily;
  private readonly parts: readonly WindowStore[];

  /** @throws RangeError when a partition does not have the store */
  constructor(definition: WindowStoreDefinition, partitions: readonly PartitionWindows[]) {
    this.windows = definition.windows;
    this.parts = partitions.map((partition) => {
      const part = partition.store(definition.name);
      if (!part) throw new RangeError(`a partition has no store ${definition.name}`);
      return part;
    });
  }

  /** Sums a window over the partitions: one addition per slice and partition. */
  sum(window: number, group = UNGROUPED): WindowFigures {
    const { windows } = this;
    const figures = zeroFigures();
    const first = windows.firstSliceOf(window);
    const end = windows.endSliceOf(window);
    for (const part of this.parts) part.accumulate(group, first, end, figures);
    return inWindow(windows, window, figures);
  }

  /** The window that ends at `asOfMs` (exclusive, floored to a slice) and the one of the same length that ends where it starts. */
  pair(asOfMs: number): WindowPair {
    const { windows } = this;
    const current = windows.windowEndingAt(asOfMs);
    const previous = windows.windowEndingAt(asOfMs - windows.sizeMs);
    return {
      current: this.sum(current),
      previous: this.sum(previous),
      visible: this.isVisible(previous),
    };
  }

  /** True when no partition has let the window expire. */
  isVisible(window: number): boolean {
    for (const { streamTimeMs } of this.parts) if (!this.windows.isOpen(window, streamTimeMs)) return false;
    return true;
  }

  /** From the oldest window visible in every partition to the newest reached by any; undefined before the first event. */
  visibleWindows(): WindowRange | undefined {
    let range: WindowRange | undefined;
    for (const { streamTimeMs } of this.parts) {
      const own = this.windows.visibleWindows(streamTimeMs);
      if (!own) continue;
      range = range ? { oldest: Math.max(range.oldest, own.oldest), newest: Math.max(range.newest, own.newest) } : own;
    }
    return range;
  }

  /**
   * The windows numbered from `from` (inclusive) to `to` (exclusive) that are visible in every partition and hold at least
   * one event, oldest first. Each is the one before it, less the slices it leaves and with those it gains.
   */
  list(from: number, to: number, group = UNGROUPED): WindowFigures[] {
    const { windows, parts } = this;
    const visible = this.visibleWindows();
    if (!visible) return [];
    const first = Math.max(from, visible.oldest);
    const last = Math.min(to - 1, visible.newest);
    const listed: WindowFigures[] = [];
    if (first > last) return listed;
    const running = { ...this.sum(first, group).figures };
    for (let window = first; window <= last; window++) {
      if (running.events > 0) listed.push(inWindow(windows, window, { ...running }));
      const next = window + 1;
      for (const part of parts) {
        part.accumulate(group, windows.firstSliceOf(window), windows.firstSliceOf(next), running, -1);
        part.accumulate(group, windows.endSliceOf(window), windows.endSliceOf(next), running);
      }
    }
    return listed;
  }

  /** Names of the groups that hold something in any partition, in order. */
  groupNames(): string[] {
    const names = new Set<string>();
    for (const part of this.parts) for (const name of part.groupNames()) names.add(name);
    return [...names].sort(byCodeUnits);
  }

  /** The `k` groups with most in a window, most first, equal ones by name; groups without an order are left out. */
  top(window: number, by: 'orders' | 'revenueCents', k: number): GroupFigures[] {
    const groups = this.groupNames()
      .map((group) => ({ group, figures: this.sum(window, group).figures }))
      .filter(({ figures }) => figures.orders > 0);
    // The names are in order already, and the sort is stable.
    return groups.sort((a, b) => b.figures[by] - a.figures[by]).slice(0, k);
  }

  /** Events that entered no window of this store. */
  lateCount(): number {
    return this.parts.reduce((sum, { lateCount }) => sum + lateCount, 0);
  }
}

/** Field by field: a spread of another object costs more than the 60 slices of a window. */
function inWindow(windows: WindowFamily, window: number, figures: Figures): WindowFigures {
  return {
    startMs: windows.firstSliceOf(window) * windows.sliceMs,
    endMs: windows.endSliceOf(window) * windows.sliceMs,
    figures,
  };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
