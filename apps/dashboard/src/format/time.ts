/** Which clock the page writes times in: the reader's own or UTC. One choice for the whole page. */
export const ZONES = ['browser', 'utc'] as const;
export type Zone = (typeof ZONES)[number];

interface ZoneFormats {
  second: Intl.DateTimeFormat;
  minute: Intl.DateTimeFormat;
  dateTime: Intl.DateTimeFormat;
  name: Intl.DateTimeFormat;
}

const formatsByZone = new Map<Zone, ZoneFormats>();

/** Formats are made once a zone: making one costs more than using it a thousand times. */
function formats(zone: Zone): ZoneFormats {
  const known = formatsByZone.get(zone);
  if (known) return known;
  const timeZone = zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' } as const;
  const made: ZoneFormats = {
    second: new Intl.DateTimeFormat('en-GB', { ...clock, second: '2-digit' }),
    minute: new Intl.DateTimeFormat('en-GB', clock),
    dateTime: new Intl.DateTimeFormat('en-GB', {
      ...clock,
      second: '2-digit',
      day: '2-digit',
      month: 'short',
      year: 'numeric',
    }),
    name: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }),
  };
  formatsByZone.set(zone, made);
  return made;
}

/** Epoch ms as "14:03:07" in the zone. */
export const formatSecond = (epochMs: number, zone: Zone): string => formats(zone).second.format(epochMs);

/** Epoch ms as "14:03" in the zone. */
export const formatMinute = (epochMs: number, zone: Zone): string => formats(zone).minute.format(epochMs);

/** Epoch ms as "21 Nov 2026, 14:03:07" in the zone. */
export const formatDateTime = (epochMs: number, zone: Zone): string => formats(zone).dateTime.format(epochMs);

/** The zone's short name at that instant: "UTC", "EST", "GMT+1". */
export function zoneName(epochMs: number, zone: Zone): string {
  const part = formats(zone)
    .name.formatToParts(epochMs)
    .find(({ type }) => type === 'timeZoneName');
  return part?.value ?? 'UTC';
}

/** A length of time as "42 s", "3 min 5 s", "2 h 4 min"; whole seconds, never negative. */
export function formatAge(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
