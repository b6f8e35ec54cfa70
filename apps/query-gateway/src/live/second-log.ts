/** Seconds that can be resumed, newest last. */
export const RESUME_SECONDS = 60;
const SECOND_MS = 1_000;

/** The events of the last 60 seconds, by their second, so that a client that comes back costs no new query. */
export class SecondLog {
  private readonly events = new Map<number, string>();

  get(asOfMs: number): string | undefined {
    return this.events.get(asOfMs);
  }

  /** Keeps an event and forgets those older than 60 s before it. */
  put(asOfMs: number, event: string): void {
    this.events.set(asOfMs, event);
    for (const known of this.events.keys()) if (known <= asOfMs - RESUME_SECONDS * SECOND_MS) this.events.delete(known);
  }

  get size(): number {
    return this.events.size;
  }
}

/**
 * The full seconds a client has missed: after `lastMs` (exclusive) up to `untilMs` (inclusive), at most the last 60.
 * Both are epoch ms on a full second.
 */
export function missedSeconds(lastMs: number, untilMs: number): number[] {
  const first = Math.max(lastMs + SECOND_MS, untilMs - (RESUME_SECONDS - 1) * SECOND_MS);
  const seconds: number[] = [];
  for (let asOfMs = first; asOfMs <= untilMs; asOfMs += SECOND_MS) seconds.push(asOfMs);
  return seconds;
}

/** The second a Last-Event-ID names, or undefined when there is none that can be resumed from. */
export function parseLastEventId(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || !/^\d{1,15}$/.test(header)) return undefined;
  const asOfMs = Number(header);
  return asOfMs % SECOND_MS === 0 && asOfMs <= nowMs ? asOfMs : undefined;
}
