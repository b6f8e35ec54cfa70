import {
  type AggregatorStatus,
  DEAD_LETTER_TOPIC,
  LATE_TOPIC,
  type Overview,
  REJECTED_HEADERS,
  STORE_NAMES,
  type StoreName,
  type Windows,
} from '@orderpulse/contracts';
import type { EventLogAdmin, LogRecord } from '@orderpulse/event-log';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aggregator } from '../../harness/aggregator';
import type { FaultRig } from './fault-rig';
import { type PartitionOracle, rejectedText, type WindowSums } from './partition-oracle';
import { toTotals, type TopicAccount } from './topic-account';
import { must, mustEqual } from './verdict';

const CATCH_UP_MS = 120_000;
const POLL_MS = 50;
/** Values may be large. */
const PAGE_RECORDS = 100;
const MINUTE_MS = 60_000;
/** Windows that one answer ranges over. */
const RANGE_MS = 3_600_000;

const VALUES: Readonly<Record<StoreName, (sums: WindowSums) => number | null>> = {
  OrdersCountStore: ({ orders }) => orders || null,
  RevenueStore: ({ orders, revenueCents }) => (orders > 0 ? revenueCents / 100 : null),
  FraudCountStore: ({ fraud }) => fraud || null,
  DeliveredCountStore: ({ delivered }) => delivered || null,
  RefundedCountStore: ({ refunded }) => refunded || null,
};

/** What is known to differ from a run without faults. */
export interface Expected {
  /** Offsets of the topic that nobody can read any more. Default 0. */
  gap?: number;
  /** Its words: every one of these must be in some alarm. Default: there is no alarm at all. 'any' asks for nothing. */
  alarms?: readonly string[] | 'any';
}

/**
 * Waits until the aggregator has read the whole orders topic, and compares every figure that it gives with the account of the
 * topic: counts and totals of each partition and of all, every visible window of every store, the overview, and the topics of
 * late and dead records.
 * @throws FaultFailure with the first that differs
 */
export async function verify(rig: FaultRig, aggregator: Aggregator, account: TopicAccount, expected: Expected = {}): Promise<void> {
  await account.catchUp();
  const status = await caughtUp(aggregator, account.read);
  compareStatus(aggregator.name, status, account, expected);
  await compareWindows(aggregator, account);
  await compareOverview(aggregator, account);
  await compareRejected(rig.log.admin(), account);
  const { orders, revenue } = account.totals;
  const { late, deadLettered, duplicate } = status;
  rig.say(
    `${aggregator.name} is exact: ${status.read} records, ${orders} orders, revenue ${revenue.toFixed(2)}, ` +
      `${duplicate} duplicate, ${late} late, ${deadLettered} dead, ${account.windows().length} windows`,
  );
}

/** Its account once it has read `records` records and everything is in a checkpoint. @throws FaultFailure when it does not get there, or reads more */
export async function caughtUp(aggregator: Aggregator, records: number, limitMs = CATCH_UP_MS): Promise<AggregatorStatus> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const status = await aggregator.status();
    const isStored = status?.partitions.every(({ nextOffset, checkpointOffset }) => checkpointOffset >= nextOffset);
    if (status && isStored && status.read >= records) return status;
    must(aggregator.isRunning, `${aggregator.name} has ended:\n${aggregator.lastLines.join('\n')}`);
    must(
      performance.now() < deadline,
      `${aggregator.name} has read ${status?.read ?? 'nobody knows how many'} of ${records} records after ${limitMs} ms`,
    );
    await delay(POLL_MS);
  }
}

function compareStatus(name: string, status: AggregatorStatus, account: TopicAccount, { gap = 0, alarms = [] }: Expected): void {
  const { totals, alarms: raised, partitions, lag: _, ...counts } = status;
  for (const [partition, oracle] of account.partitions.entries()) {
    const own = partitions.find((each) => each.partition === partition);
    must(own !== undefined || oracle.counters.read === 0, `${name} does not know partition ${partition}`);
    if (own) mustEqual(`${name}, partition ${partition}`, accountOf(own), expectedOf(oracle));
  }
  const sum = (count: keyof PartitionOracle['counters']): number => account.partitions.reduce((all, { counters }) => all + counters[count], 0);
  const expected = { read: sum('read'), counted: sum('counted'), duplicate: sum('duplicate'), late: sum('late'), deadLettered: sum('deadLettered'), gap };
  mustEqual(`${name}, the account of all partitions`, counts, expected);
  mustEqual(`${name}, read`, counts.read, counts.counted + counts.duplicate + counts.late + counts.deadLettered);
  mustEqual(`${name}, totals`, totals, account.totals);
  if (alarms === 'any') return;
  if (alarms.length === 0) mustEqual(`${name}, alarms`, raised, []);
  for (const words of alarms) {
    must(raised.some((alarm) => alarm.includes(words)), `${name} raised no alarm with “${words}”: ${JSON.stringify(raised)}`);
  }
}

function accountOf({ read, counted, duplicate, late, deadLettered, gap, streamTimeMs, totals }: AggregatorStatus['partitions'][number]): object {
  return { read, counted, duplicate, late, deadLettered, gap, streamTimeMs, totals };
}

function expectedOf({ counters, gap, streamTimeMs, totals }: PartitionOracle): object {
  return { ...counters, gap, streamTimeMs: streamTimeMs < 0 ? null : streamTimeMs, totals: toTotals(totals) };
}

async function compareWindows(aggregator: Aggregator, account: TopicAccount): Promise<void> {
  const expected = account.windows();
  // Beyond both ends: what has expired must not show.
  const from = Math.max(0, account.visible.fromMs - 2 * MINUTE_MS);
  for (const store of STORE_NAMES) {
    const { windows } = await answer<Windows>(aggregator, `/stores/${store}/windows?from=${from}&to=${from + RANGE_MS}`);
    const own = windows.map(({ startMs, value }) => [startMs, value]);
    const wanted = expected.flatMap(({ startMs, sums }) => {
      const value = VALUES[store](sums);
      return value === null ? [] : [[startMs, value]];
    });
    const at = own.findIndex(([startMs, value], i) => startMs !== wanted[i]?.[0] || value !== wanted[i]?.[1]);
    mustEqual(`${aggregator.name}, ${store}, first window that differs`, own[at] ?? null, at < 0 ? null : (wanted[at] ?? null));
    mustEqual(`${aggregator.name}, ${store}, number of windows`, own.length, wanted.length);
  }
}

async function compareOverview(aggregator: Aggregator, account: TopicAccount): Promise<void> {
  const { fromMs, toMs } = account.visible;
  const oldest = fromMs + 2 * MINUTE_MS;
  for (const asOf of new Set([oldest, Math.floor((oldest + toMs) / 2_000) * 1_000, toMs, toMs + MINUTE_MS])) {
    const { currentTimePeriod, previousTimePeriod, meta } = await answer<Overview>(aggregator, `/orders/overview?asOf=${asOf}`);
    const expected = { currentTimePeriod: account.period(asOf), previousTimePeriod: account.period(asOf - MINUTE_MS) };
    mustEqual(`${aggregator.name}, overview as of ${asOf}`, { currentTimePeriod, previousTimePeriod }, expected);
    mustEqual(`${aggregator.name}, overview as of ${asOf}, partial`, meta.partial, false);
  }
}

async function answer<T>(aggregator: Aggregator, path: string): Promise<T> {
  const given = await aggregator.get(path, 10_000);
  must(given?.status === 200, `${aggregator.name} answered ${path} with ${given?.status ?? 'nothing'}: ${JSON.stringify(given?.body)}`);
  return given.body as T;
}

/** Each late and dead record of the orders topic stands once on its topic, as it was and with the reason, and nothing else does. */
async function compareRejected(admin: EventLogAdmin, { partitions }: TopicAccount): Promise<void> {
  for (const [topic, kind] of [[DEAD_LETTER_TOPIC, 'dead'], [LATE_TOPIC, 'late']] as const) {
    const differing = difference(await rejectedOn(admin, topic), partitions.flatMap((oracle) => oracle[kind]));
    must(differing.length === 0, `${topic}: ${differing.length} records differ, such as ${differing.slice(0, 3).join('; ')}`);
  }
}

/** Every record of a topic of rejected ones in words. */
async function rejectedOn(admin: EventLogAdmin, topic: string): Promise<string[]> {
  const texts: string[] = [];
  for (const { partition, earliest, end } of await admin.bounds(topic)) {
    for (let offset = earliest; offset < end; ) {
      const page = await admin.read(topic, partition, offset, PAGE_RECORDS);
      texts.push(...page.records.map(inWords));
      offset = page.nextOffset;
    }
  }
  return texts;
}

function inWords({ headers, value }: LogRecord): string {
  const header = (name: string): string => Buffer.from(headers[name] ?? '').toString('utf8');
  const source = { partition: Number(header(REJECTED_HEADERS.partition)), offset: Number(header(REJECTED_HEADERS.offset)) };
  return rejectedText(source, header(REJECTED_HEADERS.errorCode), value);
}

/** What is more often in one list than in the other, and by how much. */
function difference(found: readonly string[], expected: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of found) counts.set(each, (counts.get(each) ?? 0) + 1);
  for (const each of expected) counts.set(each, (counts.get(each) ?? 0) - 1);
  return [...counts].filter(([, count]) => count !== 0).map(([each, count]) => `${each} (${count > 0 ? `${count} too many` : 'missing'})`);
}
