import { type EventLog, type ExclusiveProducer, LogUnavailableError, type NewRecord } from '@orderpulse/event-log';
import type { BatchOperation, Database } from '@orderpulse/state-store';
import { FatalErrors } from '../partitions/fatal-errors';
import type { Random } from './random';

/** Stands for the end of the process: nothing of the instance that throws it may have any effect after it. */
export class Crash extends Error {
  readonly retriable = false;
}

/** On which side of an effect something happens. Every effect is atomic: it has no middle. */
export type When = 'before' | 'after';
const WHEN: readonly When[] = ['before', 'after'];

/** At which of its effects on the world, counted from 0, an instance crashes, and at which ones the world fails it for once. */
export class CrashPlan {
  private effects = 0;
  /** True once nothing may have an effect any more. */
  crashed = false;
  /** What the crash hit, such as `after the store`; undefined for one between two effects. */
  hit: string | undefined;
  /** While false the world does not fail: for code that waits before it tries again. */
  mayFail = true;
  private readonly gone: Promise<never>;
  private end!: (crash: Crash) => void;

  constructor(
    private readonly at: number,
    private readonly when: When,
    private readonly failures: ReadonlyMap<number, When> = new Map(),
  ) {
    this.gone = new Promise((_, reject) => (this.end = reject));
    this.gone.catch(() => undefined);
  }

  static random(random: Random): CrashPlan {
    const failures = new Map<number, When>();
    while (random.oneIn(2)) failures.set(random.below(10), random.pick(WHEN));
    return new CrashPlan(random.below(10), random.pick(WHEN), failures);
  }

  static never(): CrashPlan {
    return new CrashPlan(Number.POSITIVE_INFINITY, 'before');
  }

  /** Ends the process here and now. */
  crash(what = 'between two effects'): Crash {
    this.crashed = true;
    const crash = new Crash(what);
    this.end(crash);
    return crash;
  }

  /** What the work gives, unless the process ends before. @throws Crash */
  async alive<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.gone]);
  }

  /** @throws Crash once the process is gone */
  check(): void {
    if (this.crashed) throw new Crash('the process is gone');
  }

  /**
   * Runs an effect, or nothing of it.
   * @param failure what the world says when it fails
   * @throws Crash, or the failure
   */
  async effect(what: string, run: () => Promise<void>, failure: () => Error): Promise<void> {
    this.check();
    const number = this.effects++;
    const crash = number === this.at ? this.when : undefined;
    const fail = this.mayFail ? this.failures.get(number) : undefined;
    if ((crash ?? fail) !== 'before') await run();
    if (crash) {
      this.hit = `${crash} ${what}`;
      throw this.crash(this.hit);
    }
    if (fail) throw failure();
  }
}

/** A database whose synced batches are effects of a plan. */
export class CrashingDatabase implements Database {
  constructor(
    private readonly database: Database,
    private readonly plan: CrashPlan,
  ) {}

  async open(): Promise<void> {
    this.plan.check();
    await this.database.open();
  }

  close(): Promise<void> {
    return this.database.close();
  }

  entries(): AsyncIterable<[Uint8Array, Uint8Array]> {
    return this.database.entries();
  }

  async writeSync(operations: BatchOperation[]): Promise<void> {
    await this.plan.effect(
      'the store',
      () => this.database.writeSync(operations),
      () => new Error('IO error: No space left on device'),
    );
  }
}

/** A log whose atomic appends are effects of a plan. A process that is gone opens no producer any more. */
export function crashingLog(log: EventLog, plan: CrashPlan): EventLog {
  const crashingProducer = (producer: ExclusiveProducer): ExclusiveProducer => ({
    append: (topic: string, records: readonly NewRecord[]) =>
      records.length === 0
        ? producer.append(topic, records)
        : plan.effect(topic, () => producer.append(topic, records), unavailable),
    close: () => producer.close(),
  });
  return {
    kind: log.kind,
    producer: () => log.producer(),
    exclusiveProducer: async (name) => {
      plan.check();
      return crashingProducer(await log.exclusiveProducer(name));
    },
    consumer: (options) => log.consumer(options),
    admin: () => log.admin(),
    close: () => log.close(),
  };
}

const unavailable = () => new LogUnavailableError('the log did not answer');

/** Takes note of what would have ended the process. */
export class NotedErrors extends FatalErrors {
  readonly errors: unknown[] = [];

  override raise(error: unknown): void {
    this.errors.push(error);
  }
}
