import {
  DEAD_LETTER_TOPIC,
  decodeOrderEvent,
  factsOf,
  LATE_TOPIC,
  ORDERS_TOPIC,
  REJECTED_HEADERS,
} from '@orderpulse/contracts';
import type { EventLogAdmin, LogRecord } from '@orderpulse/event-log';
import { PartitionWindows, StoreView } from '@orderpulse/windowing';
import type { Instance } from '../testing/instance';
import { FURTHER_STORES, Life, START_MS } from '../testing/life';
import { aggregatePlainly, type PlainResult } from '../testing/plain-aggregator';
import { Random } from '../testing/random';

/** CRASH_SEED=n runs the life of that seed alone. */
const ONLY_SEED = Number(process.env['CRASH_SEED'] ?? 0);
const SEEDS = ONLY_SEED > 0 ? [ONLY_SEED] : Array.from({ length: 10_000 }, (_, index) => index + 1);

const [defaultStore, ...further] = FURTHER_STORES.all;

async function sourceOffsets(admin: EventLogAdmin, topic: string, partition: number): Promise<number[]> {
  const { records } = await admin.read(topic, partition, 0, 10_000);
  return records.map(({ headers }) => Number(Buffer.from(headers[REJECTED_HEADERS.offset] ?? []).toString()));
}

/** What the further stores hold: late records, groups, and every window. */
function furtherAnswers(windows: PartitionWindows) {
  return further.map((definition) => {
    const view = new StoreView(definition, [windows]);
    return [view.lateCount(), view.groupNames().map((group) => [group, view.list(0, Number.MAX_SAFE_INTEGER, group)])];
  });
}

/** The same events read once, front to back, by a partition that was never stored. */
function readStraight(events: PlainResult['events']): PartitionWindows {
  const windows = new PartitionWindows({ stores: FURTHER_STORES, deduplicate: true });
  for (const event of events) {
    if (event === null) windows.readDeadLetter();
    else windows.read(factsOf(event, { groupKeys: true }));
  }
  return windows;
}

/** What the reference program says of the default store. */
function plainAnswers({ counters, totals, streamTimeMs, windows }: PlainResult) {
  const { orders, revenueCents, fraud, delivered, refunded } = totals;
  const listed = [...windows].sort(([a], [b]) => a - b);
  return {
    counters,
    totals: { orders, revenueCents: Number(revenueCents), fraud, delivered, refunded },
    streamTimeMs,
    windows: listed.map(([startMs, window]) => [startMs, window.orders, Number(window.revenueCents)]),
  };
}

function defaultAnswers(windows: PartitionWindows) {
  const { events: _events, ...totals } = windows.totals;
  const listed = defaultStore ? new StoreView(defaultStore, [windows]).list(0, Number.MAX_SAFE_INTEGER) : [];
  return {
    counters: windows.counters,
    totals,
    streamTimeMs: windows.streamTimeMs,
    windows: listed.map(({ startMs, figures }) => [startMs, figures.orders, figures.revenueCents]),
  };
}

/** `expect` would take most of the time of ten thousand lives. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect({ what, actual }).toEqual({ what, actual: expected });
}

async function expectExact(admin: EventLogAdmin, { partitions }: Instance): Promise<number> {
  let dead = 0;
  for (const { worker } of partitions.all()) {
    const { partition } = worker;
    const { records } = await admin.read(ORDERS_TOPIC, partition, 0, 10_000);
    const deadOffsets = await sourceOffsets(admin, DEAD_LETTER_TOPIC, partition);
    same('dead letters, each once', deadOffsets, sorted(new Set(deadOffsets)));
    for (const offset of deadOffsets) same(`dead letter ${offset}`, isReadable(records[offset]), false);
    const plain = aggregatePlainly(records, new Set(deadOffsets));
    same('the default store', defaultAnswers(worker.windows), plainAnswers(plain));
    same('the further stores', furtherAnswers(worker.windows), furtherAnswers(readStraight(plain.events)));
    same('late records', await sourceOffsets(admin, LATE_TOPIC, partition), plain.lateOffsets);
    same('next offset and gap', [worker.nextOffset, worker.gap], [records.length, 0]);
    dead += deadOffsets.length;
  }
  return dead;
}

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);
const isReadable = (record: LogRecord | undefined) =>
  record !== undefined && decodeOrderEvent(record.value, record, START_MS).ok;

describe('an aggregator that is killed again and again, while disk and log fail', () => {
  it(`ends with the totals, windows, late records and dead letters of one plain run, for ${SEEDS.length} seeds`, async () => {
    const crashes = new Map<string, number>();
    let dead = 0;
    for (const seed of SEEDS) {
      const life = new Life(new Random(seed));
      try {
        await life.run();
        const reopened = await life.reopen();
        dead += await expectExact(life.admin, reopened);
        same('alarms', reopened.alarms.list(), []);
      } catch (error) {
        throw new Error(`seed ${seed}: run it alone with CRASH_SEED=${seed}`, { cause: error });
      } finally {
        await life.close();
      }
      for (const crash of life.crashes) crashes.set(crash, (crashes.get(crash) ?? 0) + 1);
    }
    if (ONLY_SEED > 0) return;
    const effects = ['FakeEcommOrders.dlq', 'FakeEcommOrders.late', 'FakeEcommOrders.snapshot', 'the store'];
    expect([...crashes.keys()].sort()).toEqual(
      ['between two effects', ...effects.flatMap((effect) => [`after ${effect}`, `before ${effect}`])].sort(),
    );
    for (const count of crashes.values()) expect(count).toBeGreaterThan(SEEDS.length / 100);
    expect(dead).toBeGreaterThan(SEEDS.length);
  }, 600_000);
});
