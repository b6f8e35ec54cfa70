import { ORDERS_TOPIC, STORE_NAMES } from '@orderpulse/contracts';
import { createEventLog, type EventLog, type RecordBatch } from '@orderpulse/event-log';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OrderStream, type StreamKinds } from './order-stream';
import { OurWindows, type WindowsByStore } from './our-windows';
import type { MeasuredProcess } from './measured-process';
import { STREAMS_ORIGINAL } from './programs';
import type { ShopEvent } from './shop-events';
import { startPeer } from './start-peer';

export interface ExactOptions {
  brokers: string;
  /** For data of the run. */
  folder: string;
  records: number;
  /** After how many records all windows are compared, again and again: windows expire as the stream goes on. */
  compareEvery: number;
  seed: number;
  /** Called after each comparison, with the records read and the windows that were equal. */
  onCompared?: (records: number, windows: number) => void;
  /** Gives up when aborted. */
  signal?: AbortSignal | undefined;
}

export interface ExactResult {
  kinds: StreamKinds;
  late: number;
  comparisons: number;
  /** Windows that were compared, over all stores and comparisons. */
  windows: number;
}

const CENTURY_MS = 100 * 366 * 24 * 3_600_000;
const APPEND_RECORDS = 1_000;

/**
 * Reads the same stream from the same partition with Kafka Streams' original topology and with the product's windows, and
 * compares every visible window of the five stores.
 * @throws Error with the first windows that differ
 */
export async function compareWithOriginal(options: ExactOptions): Promise<ExactResult> {
  const { folder, records, compareEvery } = options;
  const peerFolder = join(folder, 'streams-original');
  const log = createEventLog({ kind: 'kafka', brokers: [options.brokers] });
  const ends = Array.from({ length: Math.ceil(records / compareEvery) }, (_, i) =>
    Math.min(records, (i + 1) * compareEvery),
  );
  let peer: MeasuredProcess | undefined;
  try {
    await createTopic(log);
    peer = await startPeer(STREAMS_ORIGINAL, {
      brokers: options.brokers,
      topic: ORDERS_TOPIC,
      records,
      folder: peerFolder,
      signal: options.signal,
      args: { 'application-id': 'exact', 'dump-at': ends.join(), output: peerFolder },
    });
    const reader = new Reader(log);
    const stream = new OrderStream(options.seed);
    let windows = 0;
    for (const [i, end] of ends.entries()) {
      await append(log, stream.take(end - (ends[i - 1] ?? 0)));
      const file = join(peerFolder, `windows-${end}.json`);
      const [ours] = await Promise.all([
        reader.windowsAt(end),
        peer.line(({ event, records: at }) => event === 'dumped' && at === end),
      ]);
      windows += requireEqual(end, ours, JSON.parse(await readFile(file, 'utf8')) as WindowsByStore);
      await rm(file);
      options.onCompared?.(end, windows);
    }
    await peer.finished;
    return { kinds: stream.kinds, late: reader.late, comparisons: ends.length, windows };
  } finally {
    await peer?.stop();
    await log.close();
  }
}

async function createTopic(log: EventLog): Promise<void> {
  // The stream begins in 1970: the broker must not let it expire.
  const topic = {
    name: ORDERS_TOPIC,
    partitions: 1,
    replicationFactor: 1,
    retentionMs: CENTURY_MS,
    maxRecordBytes: 4_194_304,
  };
  await log.admin().ensureTopics([topic]);
}

async function append(log: EventLog, events: readonly ShopEvent[]): Promise<void> {
  const producer = log.producer();
  for (let from = 0; from < events.length; from += APPEND_RECORDS) {
    const batch = events.slice(from, from + APPEND_RECORDS);
    await producer.append(
      ORDERS_TOPIC,
      batch.map(({ key, timeMs, json }) => ({ partition: 0, key, value: Buffer.from(json), timestampMs: timeMs })),
    );
  }
  await producer.close();
}

/** Our side: reads the topic through the event log and stops at every record count it is asked about. */
class Reader {
  private readonly ours = new OurWindows();
  private readonly waiting = new Map<number, (windows: WindowsByStore) => void>();
  private readonly failed: Promise<never>;

  constructor(log: EventLog) {
    const consumer = log.consumer({ groupId: 'exact-ours', topics: [ORDERS_TOPIC] });
    this.failed = consumer.failed;
    void consumer.start({
      onAssigned: async () => 'earliest',
      onRevoked: async () => undefined,
      onBatch: async (batch) => this.fold(batch),
    });
  }

  get late(): number {
    return this.ours.counters.late;
  }

  /** The windows as of exactly `records` records; to be asked before the next one is appended. */
  windowsAt(records: number): Promise<WindowsByStore> {
    if (this.ours.counters.read === records) return Promise.resolve(this.ours.visible());
    return Promise.race([new Promise<WindowsByStore>((resolve) => this.waiting.set(records, resolve)), this.failed]);
  }

  private fold(batch: RecordBatch): void {
    for (const record of batch.records) {
      this.ours.read(record);
      this.waiting.get(this.ours.counters.read)?.(this.ours.visible());
    }
  }
}

/** The number of windows, all equal. @throws Error with the first that differ */
function requireEqual(records: number, ours: WindowsByStore, theirs: WindowsByStore): number {
  let windows = 0;
  const differences: string[] = [];
  for (const store of STORE_NAMES) {
    const own = new Map(ours[store]);
    const other = new Map(theirs[store]);
    for (const startMs of new Set([...own.keys(), ...other.keys()])) {
      windows++;
      if (own.get(startMs) !== other.get(startMs))
        differences.push(
          `${store} [${startMs}, ${startMs + 60_000}): ours ${own.get(startMs)}, theirs ${other.get(startMs)}`,
        );
    }
  }
  if (differences.length > 0)
    throw new Error(
      `after ${records} records ${differences.length} of ${windows} windows differ:\n${differences.slice(0, 20).join('\n')}`,
    );
  return windows;
}
