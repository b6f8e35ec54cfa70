import {
  addFigures,
  countersBalance,
  equalFigures,
  FINGERPRINT_BYTES,
  ringCapacity,
  zeroFigures,
  type HoppingWindows,
  type SeenBucket,
  type Slice,
} from '@orderpulse/windowing';
import type { CheckpointSummary } from './checkpoint-summary';
import { StoreDamagedError } from './errors';

/** Everything a store holds, as read. */
export interface StoredContent {
  readonly summary: CheckpointSummary;
  /** Slots whose slice has not expired. */
  readonly slices: readonly Slice[];
  /** Event ids that are still remembered. */
  readonly seen: readonly SeenBucket[];
}

/**
 * Tells whether what was read belongs together. LevelDB opens without an error after it has lost a part of its log, so
 * this, and nothing below it, is what notices.
 * @throws StoreDamagedError naming the first thing that does not add up
 */
export function audit(content: StoredContent, windows: HoppingWindows, topic: string, partition: number): void {
  const { summary, slices, seen } = content;
  const { state } = summary;
  if (summary.topic !== topic || summary.partition !== partition) {
    throw new StoreDamagedError(`the store is of ${summary.topic}-${summary.partition}, not of ${topic}-${partition}`);
  }
  if (!windows.equals(summary.windows)) {
    throw new StoreDamagedError(`the store was made for other windows: ${JSON.stringify(summary.windows)}`);
  }
  if (!countersBalance(state.counters)) {
    throw new StoreDamagedError(
      `read is not counted + duplicate + late + dead-lettered: ${JSON.stringify(state.counters)}`,
    );
  }
  if (state.counters.counted !== state.cumulative.events) {
    throw new StoreDamagedError(
      `${state.counters.counted} records counted, but ${state.cumulative.events} in the totals`,
    );
  }
  if (state.counters.read + summary.gap > summary.nextOffset - summary.startOffset) {
    throw new StoreDamagedError(
      `${state.counters.read} records read and ${summary.gap} lost between offsets ${summary.startOffset} and ${summary.nextOffset}`,
    );
  }
  auditSlices(slices, summary, windows);
  const seenCount = seen.reduce((sum, { fingerprints }) => sum + fingerprints.length / FINGERPRINT_BYTES, 0);
  if (seenCount !== state.seenCount)
    throw new StoreDamagedError(`${seenCount} event ids stored, ${state.seenCount} expected`);
}

function auditSlices(slices: readonly Slice[], { state }: CheckpointSummary, windows: HoppingWindows): void {
  const sum = zeroFigures();
  addFigures(sum, state.expired);
  for (const { slice, figures } of slices) {
    if (!Number.isSafeInteger(slice) || slice * windows.advanceMs > state.streamTimeMs) {
      throw new StoreDamagedError(`slice ${slice} lies beyond stream time ${state.streamTimeMs}`);
    }
    addFigures(sum, figures);
  }
  if (new Set(slices.map(({ slice }) => slice % ringCapacity(windows))).size !== slices.length) {
    throw new StoreDamagedError('two live slices share a slot');
  }
  if (!equalFigures(sum, state.cumulative)) {
    throw new StoreDamagedError(
      `live slices and expired totals make ${JSON.stringify(sum)}, cumulative totals are ${JSON.stringify(state.cumulative)}`,
    );
  }
}
