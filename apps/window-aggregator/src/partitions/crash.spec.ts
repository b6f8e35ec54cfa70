import { DEAD_LETTER_TOPIC, decodeOrderEvent, LATE_TOPIC, ORDERS_TOPIC, REJECTED_HEADERS } from '@orderpulse/contracts';
import { createEventLog, MemoryBroker, type EventLogAdmin, type LogRecord } from '@orderpulse/event-log';
import { listWindows } from '@orderpulse/windowing';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyStores } from '../testing/copy-stores';
import { Crash, CrashPlan } from '../testing/crashes';
import { createInstance, liveContext, temporaryFolder, TestClock, type Instance } from '../testing/instance';
import { aggregatePlainly } from '../testing/plain-aggregator';
import { Random } from '../testing/random';
import { FUTURE_MS, randomRecords } from '../testing/sample-events';
import { WINDOWS } from './windows';

const SEEDS = 300;
const PARTITIONS = 2;
const CRASHES = 6;
/** Events of up to a minute after this are readable; the sample's later ones become so while crashes take time. */
const START_MS = FUTURE_MS - 60_000;

const topic = (name: string) => ({
  name,
  partitions: PARTITIONS,
  replicationFactor: 1,
  retentionMs: Number.MAX_SAFE_INTEGER,
  maxRecordBytes: 2 ** 21,
});

/** One life of the aggregator over a pre-filled topic: crashes, restarts from the copied directory, and reads on to the end. */
class Life {
  private readonly broker = new MemoryBroker(() => 0);
  private readonly clock = new TestClock(START_MS);
  readonly admin: EventLogAdmin = createEventLog({ kind: 'memory', broker: this.broker }).admin();
  private instance!: Instance;
  private restarts = 0;
  crashes = 0;

  constructor(
    private readonly random: Random,
    private readonly folder: string,
  ) {}

  async run(): Promise<void> {
    await this.admin.ensureTopics([topic(ORDERS_TOPIC), topic(LATE_TOPIC), topic(DEAD_LETTER_TOPIC)]);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      this.broker.append(ORDERS_TOPIC, randomRecords(this.random, partition, this.random.between(20, 90)));
    }
    this.instance = this.create();
    while (!(await this.guarded(() => this.live()))) await this.restart();
  }

  /** The same store, opened by a process that does nothing but open it. */
  async reopen(): Promise<Instance> {
    await this.restart();
    for (let partition = 0; partition < PARTITIONS; partition++)
      await this.instance.partitions.onAssigned(ORDERS_TOPIC, partition);
    return this.instance;
  }

  async close(): Promise<void> {
    await this.instance.partitions.onApplicationShutdown();
  }

  private async live(): Promise<void> {
    const { random } = this;
    const { partitions } = this.instance;
    const bounds = await this.admin.bounds(ORDERS_TOPIC);
    for (const { partition } of bounds) await partitions.onAssigned(ORDERS_TOPIC, partition);
    const behind = () =>
      partitions.all().filter(({ worker }) => worker.nextOffset < (bounds[worker.partition]?.end ?? 0));
    while (behind().length > 0) {
      const { worker, checkpointer } = random.pick(behind());
      const from = Math.max(0, worker.nextOffset - (random.oneIn(4) ? random.below(5) : 0));
      const records = await this.admin.read(ORDERS_TOPIC, worker.partition, from, random.between(1, 15));
      const nextOffset = (records.at(-1)?.offset ?? 0) + 1;
      await partitions.onBatch(
        { topic: ORDERS_TOPIC, partition: worker.partition, records, nextOffset, endOffset: 0 },
        liveContext,
      );
      if (random.oneIn(2)) await checkpointer.run();
      if (random.oneIn(12)) {
        await partitions.onRevoked(ORDERS_TOPIC, worker.partition);
        this.throwIfCrashed();
        await partitions.onAssigned(ORDERS_TOPIC, worker.partition);
      }
      this.throwIfCrashed();
    }
    for (const { checkpointer } of partitions.all()) await checkpointer.run();
    this.throwIfCrashed();
  }

  private throwIfCrashed(): void {
    const [error] = this.instance.fatal.errors;
    if (error !== undefined) throw error;
    if (this.instance.plan.crashed || (this.crashes < CRASHES && this.random.oneIn(15)))
      throw new Crash('between two effects');
  }

  /** True when the life went to its end, false when it crashed. */
  private async guarded(live: () => Promise<void>): Promise<boolean> {
    try {
      await live();
      return true;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashes++;
      return false;
    }
  }

  /** The files as they are on disk go to a new process; the old one is then closed, without any effect on the copy. */
  private async restart(): Promise<void> {
    const old = this.instance;
    const from = this.directory();
    this.restarts++;
    await copyStores(from, this.directory());
    await old.partitions.onApplicationShutdown();
    await rm(from, { recursive: true });
    this.clock.timeMs += this.random.below(90_000);
    this.instance = this.create();
  }

  private create(): Instance {
    const plan = this.crashes < CRASHES ? CrashPlan.random(this.random) : CrashPlan.never();
    return createInstance({ broker: this.broker, directory: this.directory(), clock: this.clock, plan });
  }

  private directory(): string {
    return join(this.folder, `run-${this.restarts}`, 'stores');
  }
}

const sourceOffsets = (records: readonly LogRecord[]) =>
  records.map(({ headers }) => Number(Buffer.from(headers[REJECTED_HEADERS.offset] ?? []).toString()));

async function expectExact(admin: EventLogAdmin, { partitions }: Instance): Promise<number> {
  let dead = 0;
  for (const { worker } of partitions.all()) {
    const records = await admin.read(ORDERS_TOPIC, worker.partition, 0, 1_000);
    const deadOffsets = sourceOffsets(await admin.read(DEAD_LETTER_TOPIC, worker.partition, 0, 1_000));
    expect(deadOffsets).toEqual([...new Set(deadOffsets)].sort((a, b) => a - b));
    for (const offset of deadOffsets) {
      const record = records[offset];
      expect(record && decodeOrderEvent(record.value, record, START_MS).ok).toBe(false);
    }
    const expected = aggregatePlainly(records, new Set(deadOffsets));
    expect(worker.windows.counters).toEqual(expected.counters);
    expect(worker.windows.streamTimeMs).toBe(expected.streamTimeMs);
    const { events: _events, revenueCents, ...counts } = worker.windows.totals;
    expect({ ...counts, revenueCents: BigInt(revenueCents) }).toEqual(expected.totals);
    const windows = listWindows(WINDOWS, [worker.windows], 0, Number.MAX_SAFE_INTEGER);
    expect(windows.map(({ startMs, figures }) => [startMs, figures.orders, BigInt(figures.revenueCents)])).toEqual(
      [...expected.windows]
        .sort(([a], [b]) => a - b)
        .map(([startMs, { orders, revenueCents: cents }]) => [startMs, orders, cents]),
    );
    expect(sourceOffsets(await admin.read(LATE_TOPIC, worker.partition, 0, 1_000))).toEqual(expected.lateOffsets);
    expect(worker.gap).toBe(0);
    dead += deadOffsets.length;
  }
  return dead;
}

describe('an aggregator that is killed again and again', () => {
  it(`ends with the totals, windows, late records and dead letters of one plain run, for ${SEEDS} seeds`, async () => {
    const folder = await temporaryFolder();
    const seen = { crashes: 0, dead: 0 };
    try {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const life = new Life(new Random(seed), join(folder, String(seed)));
        try {
          await life.run();
          const reopened = await life.reopen();
          seen.dead += await expectExact(life.admin, reopened);
          expect(reopened.alarms.list()).toEqual([]);
          seen.crashes += life.crashes;
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        } finally {
          await life.close();
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    expect(seen.crashes).toBeGreaterThan(SEEDS);
    expect(seen.dead).toBeGreaterThan(SEEDS);
  }, 300_000);
});
