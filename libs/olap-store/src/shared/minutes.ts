import { fromCents, type Minute } from '@orderpulse/contracts';
import type { Interval } from '../port';
import { NO_FIGURES, type FigureSums } from './period';

/** Length of a minute, in ms. */
export const MINUTE_MS = 60_000;

/**
 * The event times that `minutes` minute rows up to asOf cover: whole minutes but for the last, which ends at asOf.
 * An asOf on a minute's edge is the end of the minute before it.
 */
export function minuteSpan(asOfMs: number, minutes: number): Interval {
  const lastStartMs = Math.floor((asOfMs - 1) / MINUTE_MS) * MINUTE_MS;
  return { fromMs: Math.max(0, lastStartMs - (minutes - 1) * MINUTE_MS), toMs: asOfMs };
}

/**
 * One row a minute of the span, oldest first; minutes that no sums are given for are zeros.
 * @param span as minuteSpan gives it
 * @param sums by the minute's start, epoch ms
 * @param timeZone IANA name, shapes `timestamp` only. @throws RangeError when there is no such zone
 */
export function minuteRows(span: Interval, sums: ReadonlyMap<number, FigureSums>, timeZone: string): Minute[] {
  const toIso = isoFormatter(timeZone);
  const rows: Minute[] = [];
  for (let startMs = span.fromMs; startMs < span.toMs; startMs += MINUTE_MS) {
    const minute = sums.get(startMs) ?? NO_FIGURES;
    rows.push({
      timestamp: toIso(startMs),
      timestampMs: startMs,
      orders: minute.orders,
      revenue: fromCents(minute.revenueCents),
      fraud: minute.fraud,
      delivered: minute.delivered,
      refunded: minute.refunded,
      complete: startMs + MINUTE_MS <= span.toMs,
    });
  }
  return rows;
}

/**
 * Makes a formatter of epoch ms as ISO 8601 to the second with the zone's offset at that time, such as
 * 2025-06-02T14:00:00+02:00; the offset zero is written Z.
 * @throws RangeError when there is no such zone
 */
export function isoFormatter(timeZone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  return (timeMs) => {
    const part = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    const at = (name: Intl.DateTimeFormatPartTypes): string => part.get(name) ?? '';
    // Releases of ICU differ in whether they write the offset zero at all.
    const offset = at('timeZoneName')
      .replace('GMT', '')
      .replace(/^[+-]00:00$/, '');
    return `${at('year')}-${at('month')}-${at('day')}T${at('hour')}:${at('minute')}:${at('second')}${offset || 'Z'}`;
  };
}
