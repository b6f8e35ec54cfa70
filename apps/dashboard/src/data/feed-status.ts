import { tickIntervalMs, type RefreshMode } from './refresh-mode';

export type StatusWord = 'Live' | 'Fetching' | 'Delayed' | 'Stale' | 'Error' | 'Paused';

/** The state of the page's data, as it is told. */
export interface FeedStatus {
  word: StatusWord;
  /** The instant the six figures are about, epoch ms; null before the first answer. */
  asOfMs: number | null;
  /** How long ago that was, in ms. */
  ageMs: number;
  /** Records that the source of the six figures has not read yet; null when it cannot be told. */
  lag: number | null;
}

export interface FeedFacts {
  mode: RefreshMode;
  /** Ms since the newest data were current; null when there are none yet. */
  ageMs: number | null;
  /** The last attempt to read the figures failed. */
  failing: boolean;
  /** The live stream delivers. */
  streaming: boolean;
  /** The live stream broke off or could not be opened. */
  interrupted: boolean;
  /** The reader asked for a refresh that has not come back. */
  refreshing: boolean;
  /** The figures come, but their source is behind the topic. */
  behind: boolean;
}

/** The live stream's own pace. */
const STREAM_INTERVAL_MS = 1_000;

/** Room for a slow answer before it counts as missed. */
const TOLERANCE_MS = 1_500;

/**
 * One word for the state of the page's data. Stale comes within two intervals of the last data: at once when reading
 * fails, and with a little tolerance when nothing is heard.
 */
export function feedStatus(facts: FeedFacts): StatusWord {
  const { mode, ageMs } = facts;
  if (ageMs === null) return facts.failing ? 'Error' : 'Fetching';
  const tickMs = tickIntervalMs(mode);
  if (tickMs === null) return facts.refreshing ? 'Fetching' : 'Paused';

  const expectedMs = facts.streaming ? STREAM_INTERVAL_MS : tickMs;
  const intervalMs = mode === 'live' ? STREAM_INTERVAL_MS : tickMs;
  if (facts.failing && ageMs >= 2 * intervalMs - TOLERANCE_MS / 3) return 'Stale';
  if (ageMs > 2 * expectedMs + TOLERANCE_MS) return 'Stale';
  if (facts.refreshing) return 'Fetching';
  if (facts.failing || facts.behind || facts.interrupted) return 'Delayed';
  return ageMs > expectedMs + TOLERANCE_MS ? 'Delayed' : 'Live';
}
