import type { EventLog, EventLogProducer, NewRecord } from '@orderpulse/event-log';
import { LevelDatabase, type BatchOperation } from '@orderpulse/state-store';
import { FatalErrors } from '../partitions/fatal-errors';
import type { Random } from './random';

/** Stands for the end of the process: nothing of the instance that throws it may have any effect after it. */
export class Crash extends Error {
  readonly retriable = false;
}

/** When an instance crashes: at its n-th effect on the world, before, after or in the middle of it. */
export class CrashPlan {
  private effects = 0;
  crashed = false;

  /** @param at number of the effect, 0, 1, ...; Infinity for never */
  constructor(
    private readonly at: number,
    private readonly when: 'before' | 'middle' | 'after',
  ) {}

  static random(random: Random): CrashPlan {
    return new CrashPlan(random.below(12), random.pick(['before', 'middle', 'after']));
  }

  static never(): CrashPlan {
    return new CrashPlan(Number.POSITIVE_INFINITY, 'before');
  }

  /** Runs an effect, or `half` of it, or nothing of it. @throws Crash */
  async effect(whole: () => Promise<void>, half: () => Promise<void>): Promise<void> {
    if (this.crashed) throw new Crash('the process is gone');
    const now = this.effects++ === this.at;
    this.crashed = now;
    if (now && this.when === 'before') throw new Crash('before an effect');
    await (now && this.when === 'middle' ? half() : whole());
    if (now) throw new Crash(`${this.when} an effect`);
  }
}

/** LevelDB whose synced batches are effects of a plan. A batch is atomic, so that its middle is its beginning or its end. */
export class CrashingDatabase extends LevelDatabase {
  constructor(
    directory: string,
    private readonly plan: CrashPlan,
  ) {
    super(directory);
  }

  override async writeSync(operations: BatchOperation[]): Promise<void> {
    await this.plan.effect(
      () => super.writeSync(operations),
      () => Promise.resolve(),
    );
  }
}

/** A log whose appends are effects of a plan; in the middle of one, a prefix of the records is on the topic. */
export function crashingLog(log: EventLog, plan: CrashPlan): EventLog {
  const crashingProducer = (producer: EventLogProducer): EventLogProducer => ({
    append: (topic: string, records: readonly NewRecord[]) =>
      plan.effect(
        () => producer.append(topic, records),
        () => producer.append(topic, records.slice(0, Math.ceil(records.length / 2))),
      ),
    close: () => producer.close(),
  });
  return {
    kind: log.kind,
    producer: () => crashingProducer(log.producer()),
    consumer: (options) => log.consumer(options),
    admin: () => log.admin(),
    close: () => log.close(),
  };
}

/** Takes note of what would have ended the process. */
export class NotedErrors extends FatalErrors {
  readonly errors: unknown[] = [];

  override raise(error: unknown): void {
    this.errors.push(error);
  }
}
