import {
  EVENT_HEADERS,
  figureDelta,
  fromCents,
  type OrderEvent,
  ORDERS_TOPIC,
  PARTITION_COUNT,
  type Totals,
} from '@orderpulse/contracts';
import { type EventLog, type EventLogProducer, type NewRecord, partitionForKey } from '@orderpulse/event-log';
import { shopEvents } from '../peers/shop-events';
import { makeTopics, SAMPLE_TOPIC } from './topics';

/** What stands on the orders topic, known without reading it. */
export interface FilledTopic {
  records: number;
  /** Mean size of a value in bytes. */
  valueBytes: number;
  /** Event time of the last record, epoch ms. */
  lastTimeMs: number;
  /** What the aggregator must have counted of all of it. */
  totals: Totals;
}

const SEED = 20_240_601;
/** With their later steps these become about 1,000 events a second. */
const ORDERS_PER_SECOND = 600;
/** As many as the order producer appends at most. */
const BATCH_RECORDS = 500;
const REPORT_RECORDS = 100_000;

/**
 * Makes the product's topics and fills the orders topic with the events that the simulated shop made until not long ago. The
 * sample topic gets the first `sampleRecords` of them.
 */
export async function fillTopic(
  log: EventLog,
  records: number,
  sampleRecords: number,
  signal: AbortSignal,
): Promise<FilledTopic> {
  await makeTopics(log);
  const producer = log.producer();
  // Long enough ago that no event lies ahead of the clock, even if every one were an order's first.
  const beginMs = Date.now() - (records / ORDERS_PER_SECOND) * 1_000;
  const events = shopEvents(SEED, beginMs, ORDERS_PER_SECOND);
  const tally = new Tally();
  let sent: Promise<void> = Promise.resolve();
  for (let done = 0; done < records;) {
    signal.throwIfAborted();
    const after = done;
    const batch: NewRecord[] = [];
    for (const end = Math.min(records, done + BATCH_RECORDS); done < end; done++) {
      const { key, timeMs, json } = events.next().value;
      const value = Buffer.from(json);
      tally.add(JSON.parse(json) as OrderEvent, value.length);
      const headers = { [EVENT_HEADERS.sequence]: String(done + 1), [EVENT_HEADERS.after]: String(after) };
      batch.push({ partition: partitionForKey(key, PARTITION_COUNT), key, value, timestampMs: timeMs, headers });
    }
    // The next records are made while these are sent.
    await sent;
    sent = append(producer, batch, sampleRecords - after);
    sent.catch(() => undefined);
    if (done % REPORT_RECORDS === 0) process.stdout.write(`  ${done} records\n`);
  }
  await sent;
  await producer.close();
  return tally.result();
}

/** @param sampleRecords how many of the first of them the sample topic gets as well; none when not positive */
async function append(producer: EventLogProducer, batch: readonly NewRecord[], sampleRecords: number): Promise<void> {
  await producer.append(ORDERS_TOPIC, batch);
  if (sampleRecords > 0) await producer.append(SAMPLE_TOPIC, batch.slice(0, sampleRecords));
}

/** Adds up what goes onto the topic. */
class Tally {
  private records = 0;
  private bytes = 0;
  private lastTimeMs = 0;
  private readonly sums = { orders: 0, revenueCents: 0, fraud: 0, delivered: 0, refunded: 0 };

  add(event: OrderEvent, bytes: number): void {
    this.records++;
    this.bytes += bytes;
    this.lastTimeMs = event.event_time_ms;
    const delta = figureDelta(event);
    this.sums.orders += delta.orders;
    this.sums.revenueCents += delta.revenueCents;
    this.sums.fraud += delta.fraud;
    this.sums.delivered += delta.delivered;
    this.sums.refunded += delta.refunded;
  }

  result(): FilledTopic {
    const { revenueCents, ...counts } = this.sums;
    return {
      records: this.records,
      valueBytes: Math.round(this.bytes / this.records),
      lastTimeMs: this.lastTimeMs,
      totals: { ...counts, revenue: fromCents(revenueCents) },
    };
  }
}
