import { ORDERS_TOPIC, PARTITION_COUNT } from '@orderpulse/contracts';
import { type EventLog, type EventLogProducer, type NewRecord, partitionForKey } from '@orderpulse/event-log';
import { setTimeout as delay } from 'node:timers/promises';
import { type FedRecord, type Mix, mixedOrders } from './mixed-orders';

const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 8 * 1024 * 1024;
const TICK_MS = 100;
/** With their later steps these are about 100 events for each second of event time. */
const ORDERS_PER_SECOND = 60;
const EVENTS_PER_SECOND = 100;
/** The newest event is older than this, in ms: whatever is appended beyond the plan is still none of the future. */
const MARGIN_MS = 600_000;

export interface FeedOptions {
  mix: Mix;
  /** The same seed gives the same orders. */
  seed: number;
  /** About how many records will be appended: decides how long ago the first event was. */
  planned: number;
  /** Event time of the first event, epoch ms, instead. */
  beginMs?: number;
}

/** Writes orders onto the orders topic, each to the partition of its order id. */
export class OrderFeed {
  /** Records on the topic by this feed. */
  appended = 0;
  private readonly producer: EventLogProducer;
  private readonly records: Generator<FedRecord, never>;

  constructor(
    log: EventLog,
    { mix, seed, planned, beginMs = Date.now() - MARGIN_MS - (planned / EVENTS_PER_SECOND) * 1_000 }: FeedOptions,
    private readonly signal: AbortSignal,
  ) {
    this.producer = log.producer();
    this.records = mixedOrders(mix, seed, beginMs, ORDERS_PER_SECOND);
  }

  /** Makes the next records, ready to be appended: making them takes longer than appending them. */
  make(count: number): NewRecord[] {
    return Array.from({ length: count }, () => {
      const record = this.records.next().value;
      return { ...record, partition: partitionForKey(record.key, PARTITION_COUNT) };
    });
  }

  /** Appends what was made. */
  async append(records: readonly NewRecord[]): Promise<void> {
    for (const batch of inBatches(records)) {
      this.signal.throwIfAborted();
      await this.producer.append(ORDERS_TOPIC, batch);
      this.appended += batch.length;
    }
  }

  /** Makes and appends the next `count` records. */
  async fill(count: number): Promise<void> {
    let sent: Promise<void> = Promise.resolve();
    for (let left = count; left > 0; left -= BATCH_RECORDS) {
      const batch = this.make(Math.min(left, BATCH_RECORDS));
      // The next records are made while these are sent.
      await sent;
      sent = this.append(batch);
      sent.catch(() => undefined);
    }
    await sent;
  }

  /** Appends at a rate until told to stop; whoever stops it gets its errors. */
  flow(recordsPerSecond: number): { stop(): Promise<void> } {
    const controller = new AbortController();
    const running = this.run(recordsPerSecond, controller.signal);
    running.catch(() => undefined);
    return {
      stop: () => {
        controller.abort();
        return running;
      },
    };
  }

  close(): Promise<void> {
    return this.producer.close();
  }

  private async run(recordsPerSecond: number, stopped: AbortSignal): Promise<void> {
    const beganMs = performance.now();
    for (let done = 0; !stopped.aborted && !this.signal.aborted; await delay(TICK_MS)) {
      const due = Math.floor(((performance.now() - beganMs) / 1_000) * recordsPerSecond) - done;
      await this.append(this.make(due));
      done += due;
    }
  }
}

function* inBatches(records: readonly NewRecord[]): Generator<NewRecord[]> {
  let batch: NewRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    batch.push(record);
    bytes += record.value?.length ?? 0;
    if (batch.length < BATCH_RECORDS && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
