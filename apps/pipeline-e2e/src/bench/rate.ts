import type { Sample } from '../peers/measured-process';

/**
 * Records a second between two record counts: the slope from where the samples pass `from` to where they pass `to`, so that
 * neither start-up nor the end counts. Between two samples the records are taken to have come evenly.
 * @param samples in order of time
 * @throws Error when the samples do not reach from one count to the other
 */
export function rateBetween(samples: readonly Sample[], from: number, to: number): number {
  return ((to - from) * 1_000) / (timeAt(samples, to) - timeAt(samples, from));
}

/** When the count passed `records`, ms of the samples' clock. Zero is passed when the first record comes, not before. */
function timeAt(samples: readonly Sample[], records: number): number {
  const after = samples.findIndex((sample) => (records === 0 ? sample.records > 0 : sample.records >= records));
  const next = samples[after];
  const before = samples[after - 1];
  if (!next || !before) throw new Error(`the samples do not pass ${records} records`);
  const share = (records - before.records) / (next.records - before.records);
  return before.timeMs + share * (next.timeMs - before.timeMs);
}

/** The value below which a share `q` (0 to 1) of the values lies. @throws Error when there are none */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new Error('no values');
  return value;
}
