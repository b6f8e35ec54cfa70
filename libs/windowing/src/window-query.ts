import { FIGURE_NAMES, zeroFigures, type Figures } from './figures';
import type { HoppingWindows } from './hopping-windows';
import type { PartitionWindows } from './partition-windows';

/** One window merged over partitions. */
export interface WindowFigures {
  /** Inclusive. */
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly figures: Figures;
}

/** A window and the one of the same size right before it. */
export interface WindowPair {
  readonly current: WindowFigures;
  readonly previous: WindowFigures;
  /** False when some partition's stream time has left one of the two behind, so that its figures may be gone. */
  readonly visible: boolean;
}

/** Sums the window `[startMs, startMs + size)` over the partitions: one addition per slice and partition. */
export function sumWindow(
  windows: HoppingWindows,
  partitions: Iterable<PartitionWindows>,
  startMs: number,
): WindowFigures {
  const bounds = windows.windowAt(startMs);
  const figures = zeroFigures();
  const firstSlice = windows.sliceOf(startMs);
  for (const partition of partitions) {
    for (let slice = firstSlice; slice < firstSlice + windows.slicesPerWindow; slice++)
      partition.accumulateSlice(slice, figures);
  }
  return { ...bounds, figures };
}

/** True when no partition has let the window that starts at `startMs` expire. */
export function isVisibleEverywhere(
  windows: HoppingWindows,
  partitions: Iterable<PartitionWindows>,
  startMs: number,
): boolean {
  for (const partition of partitions) if (!windows.isVisible(startMs, partition.streamTimeMs)) return false;
  return true;
}

/**
 * The window that ends at `asOfMs` (exclusive, floored to the advance) and the one before it. Bounds before the epoch are
 * empty windows at 0.
 */
export function windowPair(
  windows: HoppingWindows,
  partitions: readonly PartitionWindows[],
  asOfMs: number,
): WindowPair {
  const endMs = windows.alignDown(asOfMs);
  return {
    current: windowEndingAt(windows, partitions, endMs),
    previous: windowEndingAt(windows, partitions, endMs - windows.sizeMs),
    visible: isVisibleEverywhere(windows, partitions, Math.max(0, endMs - 2 * windows.sizeMs)),
  };
}

/**
 * The windows with `fromMs ≤ start < toMs` that are visible in every partition and hold at least one event, oldest first.
 * Each is the one before it, less the slice it leaves and with the slice it gains: two additions a window.
 */
export function listWindows(
  windows: HoppingWindows,
  partitions: readonly PartitionWindows[],
  fromMs: number,
  toMs: number,
): WindowFigures[] {
  const range = visibleRange(windows, partitions);
  if (!range) return [];
  const firstSlice = Math.max(Math.ceil(fromMs / windows.advanceMs), windows.sliceOf(range.oldestMs));
  const lastSlice = Math.min(Math.ceil(toMs / windows.advanceMs) - 1, windows.sliceOf(range.newestMs));
  const listed: WindowFigures[] = [];
  if (firstSlice > lastSlice) return listed;
  const running = { ...sumWindow(windows, partitions, firstSlice * windows.advanceMs).figures };
  for (let slice = firstSlice; slice <= lastSlice; slice++) {
    if (running.events > 0) listed.push({ ...windows.windowAt(slice * windows.advanceMs), figures: { ...running } });
    for (const partition of partitions) {
      partition.accumulateSlice(slice, running, -1);
      partition.accumulateSlice(slice + windows.slicesPerWindow, running);
    }
  }
  return listed;
}

/** Starts (both inclusive) of the oldest window visible in every partition and the newest reached by any; undefined before the first event. */
export function visibleRange(
  windows: HoppingWindows,
  partitions: Iterable<PartitionWindows>,
): { oldestMs: number; newestMs: number } | undefined {
  let range: { oldestMs: number; newestMs: number } | undefined;
  for (const partition of partitions) {
    const own = windows.visibleStarts(partition.streamTimeMs);
    if (!own) continue;
    range = range
      ? { oldestMs: Math.max(range.oldestMs, own.oldestMs), newestMs: Math.max(range.newestMs, own.newestMs) }
      : own;
  }
  return range;
}

/** The sum of each figure over several. */
export function sumFigures(all: Iterable<Figures>): Figures {
  const sum = zeroFigures();
  for (const figures of all) for (const name of FIGURE_NAMES) sum[name] += figures[name];
  return sum;
}

function windowEndingAt(
  windows: HoppingWindows,
  partitions: readonly PartitionWindows[],
  endMs: number,
): WindowFigures {
  const startMs = endMs - windows.sizeMs;
  if (startMs >= 0) return sumWindow(windows, partitions, startMs);
  const figures = zeroFigures();
  for (const partition of partitions) {
    for (let slice = 0; slice < endMs / windows.advanceMs; slice++) partition.accumulateSlice(slice, figures);
  }
  return { startMs: 0, endMs: Math.max(0, endMs), figures };
}
