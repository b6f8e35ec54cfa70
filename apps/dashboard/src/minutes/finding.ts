import type { Minute } from '@orderpulse/contracts';
import type { Change } from '../format/change';
import { formatQuantity, formatSignedPercent } from '../format/count';
import { formatMinute, zoneName, type Zone } from '../format/time';
import { completeMinutes, lastFullMinute, runningMinute, secondsInto } from './minute-series';

/**
 * What the chart shows, in words, for those who do not see it: the last full minute against the one before, the
 * busiest and the quietest minute. Only minutes that are over are compared.
 */
export function describeMinutes(rows: readonly Minute[], asOfMs: number, zone: Zone): string {
  const last = lastFullMinute(rows);
  if (!last) return 'Orders per minute: no full minute yet.';
  const complete = completeMinutes(rows);
  const busiest = complete.reduce((best, row) => (row.orders > best.orders ? row : best));
  const quietest = complete.reduce((best, row) => (row.orders < best.orders ? row : best));
  const at = (minute: Minute): string => formatMinute(minute.timestampMs, zone);
  const running = runningMinute(rows);
  const parts = [
    `Orders per minute, ${complete.length} full minutes, times in ${zoneName(asOfMs, zone)}.`,
    `At ${at(last.minute)} ${formatQuantity(last.minute.orders, 'order')}${changeInWords(last.change)}.`,
    `Most at ${at(busiest)}: ${formatQuantity(busiest.orders, 'order')}; fewest at ${at(quietest)}: ${formatQuantity(quietest.orders, 'order')}.`,
  ];
  if (running) {
    parts.push(
      `${at(running)} is in progress, ${secondsInto(running, asOfMs)} s: ${formatQuantity(running.orders, 'order')} so far.`,
    );
  }
  return parts.join(' ');
}

function changeInWords(change: Change): string {
  switch (change.kind) {
    case 'missing':
      return '';
    case 'same':
      return ', as many as in the minute before';
    case 'new':
      return ', after none in the minute before';
    case 'moved':
      return `, ${formatSignedPercent(change.ratio)} against the minute before`;
  }
}
