import { DEAD_LETTER_TOPIC, LATE_TOPIC, ORDERS_TOPIC, SNAPSHOT_TOPIC } from '@orderpulse/contracts';
import { createEventLog, MemoryBroker, type EventLogAdmin } from '@orderpulse/event-log';
import { lend } from '@orderpulse/event-log/testing';
import { WindowStores } from '@orderpulse/windowing';
import type { HeldPartition } from '../partitions/partitions.service';
import { Crash, CrashPlan } from './crashes';
import { createInstance, liveContext, TestClock, type Instance } from './instance';
import type { MemoryDisk } from './memory-stores';
import type { Random } from './random';
import { FUTURE_MS, randomRecords } from './sample-events';

/** One is enough: partitions share nothing but the process. */
const PARTITION = 0;
const MAX_CRASHES = 2;

/** Events of up to a minute after this are readable; the sample's later ones become so while crashes take time. */
export const START_MS = FUTURE_MS - 60_000;

/** Stores of every kind beside the default one. */
export const FURTHER_STORES = new WindowStores([
  { name: 'ByState', window: { type: 'hopping', sizeMs: 20_000, advanceMs: 5_000, graceMs: 60_000 }, groupBy: 'state' },
  { name: 'ByCategory', window: { type: 'tumbling', sizeMs: 60_000, graceMs: 0 }, groupBy: 'category' },
  { name: 'Today', window: { type: 'cumulative', stepMs: 3_600_000, graceMs: 0 }, groupBy: 'none' },
]);

const topic = (name: string, isCompacted = false) => ({
  name,
  partitions: 1,
  replicationFactor: 1,
  retentionMs: Number.MAX_SAFE_INTEGER,
  maxRecordBytes: 2 ** 21,
  ...(isCompacted ? { compacted: true } : {}),
});

/**
 * One life of the aggregator over a pre-filled topic: it reads on to the end through crashes, failures of disk and log, and
 * revoked partitions. After a crash a new process finds the disk and the log as the old one left them, or, now and then, a new
 * disk. What happens is a function of the random numbers alone.
 */
export class Life {
  private readonly broker = new MemoryBroker(() => 0);
  private readonly clock = new TestClock(START_MS);
  readonly admin: EventLogAdmin = createEventLog({ kind: 'memory', broker: this.broker }).admin();
  private disk: MemoryDisk = new Map();
  private instance!: Instance;
  /** Where the process crashed, such as `before the store`. */
  readonly crashes: string[] = [];

  constructor(private readonly random: Random) {}

  async run(): Promise<void> {
    const topics = [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC].map((name) => topic(name));
    await this.admin.ensureTopics([...topics, topic(SNAPSHOT_TOPIC, true)]);
    this.broker.append(ORDERS_TOPIC, randomRecords(this.random, PARTITION, this.random.between(2, 20)));
    this.instance = this.create();
    while (!(await this.guarded(() => this.live()))) await this.restart();
  }

  /** A process that does nothing but open what the last one left. */
  async reopen(): Promise<Instance> {
    await this.restart(CrashPlan.never());
    await this.instance.partitions.onAssigned(ORDERS_TOPIC, PARTITION);
    return this.instance;
  }

  async close(): Promise<void> {
    await this.instance.partitions.onApplicationShutdown();
  }

  private async live(): Promise<void> {
    const { random } = this;
    const { partitions } = this.instance;
    const [bounds] = await this.admin.bounds(ORDERS_TOPIC);
    for (let held = await this.assign(); held.worker.nextOffset < (bounds?.end ?? 0);) {
      await this.readOn(held);
      if (random.oneIn(2)) await this.checkpoint(held);
      if (random.oneIn(12)) {
        await this.alive(partitions.onRevoked(ORDERS_TOPIC, PARTITION));
        held = await this.assign();
      }
      if (this.crashes.length < MAX_CRASHES && random.oneIn(15)) throw this.instance.plan.crash();
    }
    for (const held of partitions.all()) await this.checkpoint(held);
  }

  private async readOn({ worker, checkpointer }: HeldPartition): Promise<void> {
    const { random } = this;
    // Reading is held back by waiting, in real time, while checkpoints fail.
    if (checkpointer.problem !== null) await this.checkpoint({ worker, checkpointer });
    const from = Math.max(0, worker.nextOffset - (random.oneIn(4) ? random.below(5) : 0));
    const batch = await this.admin.read(ORDERS_TOPIC, worker.partition, from, random.between(1, 6));
    await this.alive(lend(batch, (lent) => this.instance.partitions.onBatch(lent, liveContext)));
  }

  /** Writes a checkpoint, trying again while disk or log fail. */
  private async checkpoint({ checkpointer }: Pick<HeldPartition, 'worker' | 'checkpointer'>): Promise<void> {
    do await this.alive(checkpointer.run());
    while (checkpointer.problem !== null);
  }

  private async assign(): Promise<HeldPartition> {
    const { plan, partitions } = this.instance;
    // Opening tries again by itself, and waits in between.
    plan.mayFail = false;
    await this.alive(partitions.onAssigned(ORDERS_TOPIC, PARTITION));
    plan.mayFail = true;
    const held = partitions.get(PARTITION);
    if (!held) throw new Error('the partition is not held');
    return held;
  }

  /** @throws Crash when the process ends meanwhile, and what would have ended it */
  private async alive<T>(work: Promise<T>): Promise<T> {
    const { plan, fatal } = this.instance;
    const result = await plan.alive(work);
    plan.check();
    const [error] = fatal.errors;
    if (error !== undefined) throw error;
    return result;
  }

  /** True when the life went to its end, false when it crashed. */
  private async guarded(live: () => Promise<void>): Promise<boolean> {
    try {
      await live();
      return true;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashes.push(this.instance.plan.hit ?? 'between two effects');
      return false;
    }
  }

  private async restart(plan?: CrashPlan): Promise<void> {
    const old = this.instance;
    old.plan.crash();
    await old.partitions.onApplicationShutdown();
    this.clock.timeMs += this.random.below(90_000);
    if (this.random.oneIn(10)) this.disk = new Map();
    this.instance = this.create(plan);
  }

  private create(plan = this.nextPlan()): Instance {
    const config = { WINDOW_STORES: FURTHER_STORES };
    return createInstance({ broker: this.broker, directory: this.disk, clock: this.clock, plan, config });
  }

  private nextPlan(): CrashPlan {
    return this.crashes.length < MAX_CRASHES ? CrashPlan.random(this.random) : CrashPlan.never();
  }
}
