import { figureDelta, type OrderEvent, PARTITION_COUNT } from '@orderpulse/contracts';
import { createEventLog, partitionForKey } from '@orderpulse/event-log';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FLINK_SQL_HOP, type PeerProgram, STREAMS_TUNED } from './programs';
import { shopEvents } from './shop-events';
import { startPeer } from './start-peer';

export interface OthersOptions {
  brokers: string;
  /** For data of the run. */
  folder: string;
  records: number;
  seed: number;
  signal?: AbortSignal | undefined;
}

/** Orders, revenue in cents, fraud, delivered and refunded of a window. */
type Figures = readonly [number, number, number, number, number];
type WindowSums = ReadonlyMap<number, Figures>;

const TOPIC = 'orders-of-the-shop';
const SIZE_MS = 60_000;
const ADVANCE_MS = 1_000;
/** The windows that a store of Kafka Streams keeps end so long before its newest. */
const KEPT_MS = 360_000;
/** So that the partitions' newest windows, which differ, are left out. */
const MARGIN_MS = 10_000;
const APPEND_RECORDS = 1_000;

/**
 * Lets the tuned Kafka Streams and Flink read the shop's events and holds their windows against plain addition: what is
 * measured must be what is asked for.
 * @returns how many windows were equal, by program
 * @throws Error with the first window that differs
 */
export async function checkOthers(options: OthersOptions): Promise<Record<string, number>> {
  const events = await fill(options);
  const all = sumsOf(events);
  const newest = Math.max(...all.keys());
  const streams = await run(options, STREAMS_TUNED, 'tuned', { 'application-id': 'check-tuned', threads: 2 });
  const kept = [...all].filter(([start]) => start > newest - KEPT_MS + MARGIN_MS);
  const flink = await run(options, FLINK_SQL_HOP, 'flink', { 'group-id': 'check-flink' });
  return {
    [STREAMS_TUNED.name]: requireEqual(STREAMS_TUNED.name, streams, kept),
    // Its table function does not fear windows that begin before the first event, nor do we.
    [FLINK_SQL_HOP.name]: requireEqual(FLINK_SQL_HOP.name, flink, [...all]),
  };
}

async function fill({ brokers, records, seed }: OthersOptions): Promise<OrderEvent[]> {
  const log = createEventLog({ kind: 'kafka', brokers: [brokers] });
  try {
    await log.admin().ensureTopics([
      {
        name: TOPIC,
        partitions: PARTITION_COUNT,
        replicationFactor: 1,
        retentionMs: 6 * 3_600_000,
        maxRecordBytes: 1_048_576,
      },
    ]);
    const producer = log.producer();
    const source = shopEvents(seed, Date.now() - 1_000_000, 20);
    const events: OrderEvent[] = [];
    while (events.length < records) {
      const batch = Array.from(
        { length: Math.min(APPEND_RECORDS, records - events.length) },
        () => source.next().value,
      );
      events.push(...batch.map(({ json }) => JSON.parse(json) as OrderEvent));
      await producer.append(
        TOPIC,
        batch.map(({ key, timeMs, json }) => ({
          partition: partitionForKey(key, PARTITION_COUNT),
          key,
          value: Buffer.from(json),
          timestampMs: timeMs,
        })),
      );
    }
    await producer.close();
    return events;
  } finally {
    await log.close();
  }
}

/** Every window that holds an event, by its start, by plain addition. */
function sumsOf(events: readonly OrderEvent[]): WindowSums {
  const sums = new Map<number, Figures>();
  for (const event of events) {
    const delta = figureDelta(event);
    const last = Math.floor(event.event_time_ms / ADVANCE_MS) * ADVANCE_MS;
    const one: Figures = [delta.orders, delta.revenueCents, delta.fraud, delta.delivered, delta.refunded];
    for (let start = last - SIZE_MS + ADVANCE_MS; start <= last; start += ADVANCE_MS)
      sums.set(start, plus(sums.get(start), one));
  }
  return sums;
}

async function run(
  { brokers, folder, records, signal }: OthersOptions,
  program: PeerProgram,
  name: string,
  args: Readonly<Record<string, string | number>>,
): Promise<WindowSums> {
  const own = join(folder, name);
  const output = join(own, 'windows.jsonl');
  const peer = await startPeer(program, {
    brokers,
    topic: TOPIC,
    records,
    folder: own,
    args: { ...args, output },
    signal,
  });
  try {
    await peer.finished;
  } finally {
    await peer.stop();
  }
  const sums = new Map<number, Figures>();
  for (const line of (await readFile(output, 'utf8')).split('\n').filter(Boolean)) {
    const [start = NaN, ...figures] = JSON.parse(line) as number[];
    sums.set(start, plus(sums.get(start), figures as unknown as Figures));
  }
  return sums;
}

function plus(sum: Figures | undefined, one: Figures): Figures {
  return sum ? [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2], sum[3] + one[3], sum[4] + one[4]] : one;
}

function requireEqual(name: string, actual: WindowSums, expected: readonly (readonly [number, Figures])[]): number {
  for (const [start, figures] of expected) {
    const got = actual.get(start);
    if (!isDeepStrictEqual(got, figures))
      throw new Error(
        `${name}: window [${start}, ${start + SIZE_MS}) has ${JSON.stringify(got)}, not ${JSON.stringify(figures)}`,
      );
  }
  return expected.length;
}
