import { EVENT_HEADERS, ORDERS_TOPIC } from '@orderpulse/contracts';
import { type LogRecord, type NewRecord, partitionForKey, UnknownTopicError } from '@orderpulse/event-log';
import { MemoryBroker, MemoryEventLog } from '@orderpulse/event-log/testing';
import { PretendFeed } from '../testing/pretend-feed';
import { ForeignFeedError, Publisher } from './publisher';

const PARTITIONS = 4;
const topicSpec = {
  name: ORDERS_TOPIC,
  partitions: PARTITIONS,
  replicationFactor: 1,
  retentionMs: 3_600_000,
  maxRecordBytes: 1_048_576,
};
const signal = new AbortController().signal;

function setUp(): { broker: MemoryBroker; log: MemoryEventLog; feed: PretendFeed; start: () => Publisher } {
  const broker = new MemoryBroker(() => 1_700_000_000_000);
  const log = new MemoryEventLog(broker);
  const feed = new PretendFeed();
  const start = (): Publisher =>
    new Publisher({ topic: ORDERS_TOPIC, feed, admin: log.admin(), producer: log.producer() });
  return { broker, log, feed, start };
}

async function readAll(log: MemoryEventLog): Promise<LogRecord[][]> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const batches = partitions.map((partition) => log.admin().read(ORDERS_TOPIC, partition, 0, 100_000));
  return (await Promise.all(batches)).map(({ records }) => [...records]);
}

const sequenceOf = (record: LogRecord): number =>
  Number(Buffer.from(record.headers[EVENT_HEADERS.sequence] ?? []).toString());

describe('the publisher', () => {
  it('waits for the topic to be made', async () => {
    const { log, feed, start } = setUp();
    feed.add('a', 1);
    const publisher = start();
    await expect(publisher.step(signal)).rejects.toThrow(UnknownTopicError);
    expect(publisher.stage).toBe('topic');
    await log.admin().ensureTopics([topicSpec]);
    expect(await publisher.step(signal)).toEqual({ published: 1, skipped: 0, gap: 0 });
  });

  it("gives each record the order's id as key, the event's time, its bytes as served, and the cursor before its batch", async () => {
    const { log, feed, start } = setUp();
    await log.admin().ensureTopics([topicSpec]);
    for (const id of ['a', 'b', 'c']) feed.add(id, 1);
    const publisher = start();
    await publisher.step(signal);
    feed.add('a', 2);
    // The first step may end with the page that was asked for before the event came.
    await publisher.step(signal);
    await publisher.step(signal);
    const records = (await readAll(log)).flat();
    expect(records).toHaveLength(4);
    for (const record of records) {
      const event = feed.events[sequenceOf(record) - 1];
      expect(record).toMatchObject({ key: event?.orderId, timestampMs: event?.eventTimeMs });
      expect(Buffer.from(record.value ?? [])).toEqual(event?.value);
      expect(record.partition).toBe(partitionForKey(record.key ?? '', PARTITIONS));
      expect(Buffer.from(record.headers[EVENT_HEADERS.after] ?? []).toString()).toBe(
        sequenceOf(record) === 4 ? '3' : '0',
      );
    }
  });

  it('counts what retention had removed from the feed before it was published', async () => {
    const { log, feed, start } = setUp();
    await log.admin().ensureTopics([topicSpec]);
    for (let version = 1; version <= 10; version += 1) feed.add('a', version);
    feed.earliestSequence = 8;
    const publisher = start();
    expect(await publisher.step(signal)).toEqual({ published: 3, skipped: 0, gap: 7 });
    expect(await publisher.step(signal)).toEqual({ published: 0, skipped: 0, gap: 0 });
    feed.earliestSequence = 11;
    expect(await start().step(signal)).toMatchObject({ published: 0, gap: 3 });
  });

  it('stops when the feed is not the one that filled the topic', async () => {
    const { log, feed, start } = setUp();
    await log.admin().ensureTopics([topicSpec]);
    for (let version = 1; version <= 10; version += 1) feed.add('a', version);
    await start().step(signal);
    feed.events.length = 2;
    await expect(start().step(signal)).rejects.toThrow(ForeignFeedError);
  });

  it('finds its place behind records that others wrote', async () => {
    const { log, feed, start } = setUp();
    await log.admin().ensureTopics([topicSpec]);
    for (let index = 0; index < 40; index += 1) feed.add(`order-${index}`, 1);
    await start().step(signal);
    const foreign = (partition: number): NewRecord => ({
      partition,
      key: null,
      value: Buffer.from('not ours'),
      timestampMs: 1,
      headers: { [EVENT_HEADERS.sequence]: 'x' },
    });
    await log.producer().append(
      ORDERS_TOPIC,
      Array.from({ length: 350 }, (_, index) => foreign(index % 2)),
    );
    feed.add('order-0', 2);
    expect(await start().step(signal)).toEqual({ published: 1, skipped: 40, gap: 0 });
  });

  it('looks at the topic again after an append that failed', async () => {
    const { broker, log, feed, start } = setUp();
    await log.admin().ensureTopics([topicSpec]);
    const publisher = start();
    feed.add('a', 1);
    await publisher.step(signal);
    await publisher.step(signal);
    feed.add('a', 2);
    broker.setAvailable(false);
    await expect(publisher.step(signal)).rejects.toThrow();
    expect([publisher.stage, publisher.cursor]).toEqual(['append', null]);
    await expect(publisher.step(signal)).rejects.toThrow();
    broker.setAvailable(true);
    expect(await publisher.step(signal)).toEqual({ published: 1, skipped: 1, gap: 0 });
  });
});
