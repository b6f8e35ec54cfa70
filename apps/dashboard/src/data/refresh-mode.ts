/** What `?refresh=` may be. */
export const REFRESH_MODES = ['live', '5s', '10s', '30s', '1m', 'off'] as const;
export type RefreshMode = (typeof REFRESH_MODES)[number];

export const REFRESH_LABELS: Readonly<Record<RefreshMode, string>> = {
  live: 'Live',
  '5s': '5 s',
  '10s': '10 s',
  '30s': '30 s',
  '1m': '1 m',
  off: 'Off',
};

/** In live mode the stream brings the six figures every second; the other panels are asked for this often. */
export const LIVE_PANELS_INTERVAL_MS = 5_000;

/** Ms between two ticks; null when there are none. */
export function tickIntervalMs(mode: RefreshMode): number | null {
  switch (mode) {
    case 'live':
      return LIVE_PANELS_INTERVAL_MS;
    case '5s':
      return 5_000;
    case '10s':
      return 10_000;
    case '30s':
      return 30_000;
    case '1m':
      return 60_000;
    case 'off':
      return null;
  }
}
