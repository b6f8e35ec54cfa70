import type { Hop, HopName } from '@orderpulse/contracts';

/** With work to do and no movement for so long, a hop is stalled. */
export const STALLED_AFTER_MS = 5_000;
/** Without work for so long, a hop is idle. */
export const IDLE_AFTER_MS = 30_000;

/** What a hop says of itself now. */
export type HopReading =
  | { answers: false; reason: string }
  | {
      answers: true;
      /** A count that only grows while the hop works: events written, read or published. Null when it is not known. */
      counter: number | null;
      lag: number | null;
      watermarkMs: number | null;
      /** Whether something waits; by default when lag is above 0. For a hop that cannot count its lag. */
      hasWork?: boolean;
      message: string | null;
    };

interface Progress {
  counter: number;
  atMs: number;
  changedAtMs: number;
  ratePerSecond: number | null;
}

/** Where a hop gets its events from: what does not come because that one is down is not this one's fault. */
const UPSTREAM: Readonly<Partial<Record<HopName, HopName>>> = {
  'order-producer': 'order-api',
  aggregator: 'topic',
  sql: 'topic',
};

/**
 * Judges hops by comparing each reading with the ones before it. Idle (nothing to do) is never taken for stalled
 * (something to do and no movement).
 */
export class HopJudge {
  private readonly progress = new Map<HopName, Progress>();

  /** @param readings of all hops, taken at nowMs (epoch ms) */
  judge(readings: ReadonlyMap<HopName, HopReading>, nowMs: number): Hop[] {
    return [...readings].map(([name, reading]) => {
      const upstream = UPSTREAM[name];
      const upstreamDown = upstream !== undefined && readings.get(upstream)?.answers === false;
      return this.judgeOne(name, reading, upstreamDown ? upstream : undefined, nowMs);
    });
  }

  private judgeOne(name: HopName, reading: HopReading, downUpstream: HopName | undefined, nowMs: number): Hop {
    if (!reading.answers) {
      const unknown = { ratePerSecond: null, lag: null, watermarkMs: null };
      const unchangedSinceMs = this.progress.get(name)?.changedAtMs ?? null;
      return { name, state: 'down', ...unknown, unchangedSinceMs, message: reading.reason };
    }
    const { lag, watermarkMs } = reading;
    const progress = this.follow(name, reading, nowMs);
    const unmovedMs = progress ? nowMs - progress.changedAtMs : 0;
    const facts = {
      name,
      ratePerSecond: progress?.ratePerSecond ?? null,
      lag,
      watermarkMs,
      unchangedSinceMs: progress?.changedAtMs ?? null,
    };
    const hasWork = reading.hasWork ?? (lag !== null && lag > 0);
    if (hasWork && downUpstream === undefined && unmovedMs >= STALLED_AFTER_MS)
      return { ...facts, state: 'stalled', message: join(stalledText(lag, unmovedMs), reading.message) };
    if (unmovedMs >= IDLE_AFTER_MS) {
      const why = downUpstream ? `waits for ${downUpstream}` : `no orders for ${Math.floor(unmovedMs / 1000)} s`;
      return { ...facts, state: 'idle', message: join(why, reading.message) };
    }
    return { ...facts, state: 'ok', message: reading.message };
  }

  private follow(name: HopName, reading: HopReading & { answers: true }, nowMs: number): Progress | undefined {
    const { counter } = reading;
    const before = this.progress.get(name);
    if (counter === null) return before;
    const next = before ? nextProgress(before, counter, nowMs) : firstProgress(reading, counter, nowMs);
    this.progress.set(name, next);
    return next;
  }
}

/** On the first look the newest event tells since when an up-to-date hop has had nothing to do. */
function firstProgress(reading: HopReading & { answers: true }, counter: number, nowMs: number): Progress {
  const upToDate = reading.lag === 0 && reading.watermarkMs !== null;
  const changedAtMs = upToDate ? Math.min(nowMs, reading.watermarkMs ?? nowMs) : nowMs;
  return { counter, atMs: nowMs, changedAtMs, ratePerSecond: null };
}

function nextProgress(before: Progress, counter: number, nowMs: number): Progress {
  const elapsedMs = nowMs - before.atMs;
  if (elapsedMs === 0) return before;
  // A clock that was put back must not hold all judgement up until it is where it was: the past moves along with it.
  const changedAtMs = counter === before.counter ? before.changedAtMs + Math.min(elapsedMs, 0) : nowMs;
  if (elapsedMs < 0) return { ...before, counter, atMs: nowMs, changedAtMs };
  // A counter that fell belongs to a process that was restarted: its rate is not known until the next look.
  const ratePerSecond = counter < before.counter ? null : round((counter - before.counter) / (elapsedMs / 1000));
  return { counter, atMs: nowMs, changedAtMs, ratePerSecond };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function stalledText(lag: number | null, unmovedMs: number): string {
  const behind = lag === null ? 'behind' : `${lag} behind`;
  return `${behind}, not moved for ${Math.floor(unmovedMs / 1000)} s`;
}

function join(...texts: (string | null)[]): string {
  return texts.filter((text) => text !== null).join('; ');
}
