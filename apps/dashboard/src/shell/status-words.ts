import type { FeedStatus } from '../data/feed-status';
import { formatCount } from '../format/count';
import { formatAge, formatSecond, zoneName, type Zone } from '../format/time';

/** "as of 14:03:07 UTC", or "data from 14:03:07 UTC (42 s ago)" once they are old. */
export function statusDetail({ word, asOfMs, ageMs, lag }: FeedStatus, zone: Zone): string {
  if (asOfMs === null) return word === 'Error' ? 'no answer from the gateway' : 'waiting for the first figures';
  const clock = `${formatSecond(asOfMs, zone)} ${zoneName(asOfMs, zone)}`;
  switch (word) {
    case 'Stale':
    case 'Paused':
      return `· data from ${clock} (${formatAge(ageMs)} ago)`;
    case 'Delayed':
      return lag !== null && lag > 0 ? `· ${clock}, ${formatCount(lag)} behind` : `· as of ${clock}`;
    case 'Live':
    case 'Fetching':
    case 'Error':
      return `· as of ${clock}`;
  }
}
