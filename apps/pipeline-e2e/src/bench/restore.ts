import { join } from 'node:path';
import type { Sample } from '../peers/measured-process';
import { catchUp, type OursOptions } from './catch-up';

/** Until an aggregator that begins with nothing has counted the whole topic, in ms from the start of its process. */
export interface RestoreTimes {
  /** Records on the topic. */
  records: number;
  /** Reading the topic itself. */
  fromSourceMs: number;
  /** From the snapshots that a former owner has published; null when this read the topic instead. */
  fromSnapshotMs: number | null;
}

/** Restored partitions show up one after another, all of them within this share of the time that reading takes. */
const AT_ONCE = 0.1;

/** How long the first run took that has read all of the topic, its start included. */
export function tookMs(samples: readonly Sample[]): number {
  return (samples.at(-1)?.timeMs ?? NaN) - (samples[0]?.timeMs ?? NaN);
}

/**
 * Starts an aggregator on an empty folder, where a former owner of the partitions has read the whole topic and was stopped.
 * @param fromSourceMs how long reading the topic itself has taken
 * @returns null when it did not take over what its former owner had published
 */
export async function measureSnapshotRestore(options: OursOptions, fromSourceMs: number): Promise<number | null> {
  const { samples, stop } = await catchUp({ ...options, folder: join(options.folder, 'restored') });
  await stop();
  return tookMs(samples.filter(({ records }) => records > 0)) <= AT_ONCE * fromSourceMs ? tookMs(samples) : null;
}
