import type { Hop } from '@orderpulse/contracts';
import { formatCount } from '../format/count';
import { formatAge } from '../format/time';

/** Rate, records waiting and how far behind the newest event is; for an idle hop since when. */
export function hopFigures(hop: Hop, asOfMs: number): string {
  const parts: string[] = [];
  if (hop.state === 'idle' && hop.unchangedSinceMs !== null)
    parts.push(`nothing for ${formatAge(asOfMs - hop.unchangedSinceMs)}`);
  else if (hop.ratePerSecond !== null) parts.push(`${formatRate(hop.ratePerSecond)}/s`);
  if (hop.lag !== null && (hop.lag > 0 || hop.state === 'stalled')) parts.push(`${formatCount(hop.lag)} behind`);
  if (hop.state === 'ok' && hop.watermarkMs !== null) parts.push(freshness(asOfMs - hop.watermarkMs));
  if (hop.state === 'down' && hop.message) parts.push(hop.message);
  return parts.length === 0 ? '—' : parts.join(' · ');
}

/** Events this young are as fresh as events on their way can be. */
const FRESH_MS = 2_000;

const freshness = (ageMs: number): string => (ageMs < FRESH_MS ? 'fresh' : `${formatAge(ageMs)} old`);

const formatRate = (perSecond: number): string =>
  perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
