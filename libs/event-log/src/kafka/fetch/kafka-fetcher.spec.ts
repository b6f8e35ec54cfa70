import { LogUnavailableError, UnknownTopicError } from '../../errors';
import type { RecordBatch } from '../../port';
import { eventually, text } from '../../testing/harness';
import { createKafka } from '../kafka-client';
import { connectCluster } from '../kafka-cluster';
import { UnreadableRecordsError } from '../kafka-errors';
import { KafkaReader } from '../kafka-reader';
import { PretendKafka, TOPIC } from '../testing/pretend-kafka';
import { FetchConnection } from './fetch-connection';
import { KafkaFetcher } from './kafka-fetcher';
import { PartitionFeed } from './partition-feed';

const SILENCE_MS = 300;
const NO_LEADER = -1;
const NOT_AUTHORISED = 29;
const UNKNOWN_TOPIC = 3;
const UNKNOWN_TOPIC_ID = 100;

describe('KafkaFetcher', () => {
  let kafka: PretendKafka;
  let reader: KafkaReader;
  let fetcher: KafkaFetcher;
  let batches: RecordBatch[];
  let failures: unknown[];
  let gone: UnknownTopicError[];
  let transientRecords: boolean;
  let onBatch: (batch: RecordBatch) => Promise<void>;

  const start = async (nodes: number, partitions: number): Promise<void> => {
    kafka = await PretendKafka.start(nodes, partitions);
    const settings = { brokers: kafka.brokers };
    reader = new KafkaReader(createKafka(settings));
    [batches, failures, gone, transientRecords] = [[], [], [], false];
    onBatch = async () => undefined;
    fetcher = new KafkaFetcher({
      connect: (nodeId) =>
        new FetchConnection((sockets) => connectCluster(createKafka(settings, sockets)), nodeId, SILENCE_MS),
      log: reader,
      partitionBytes: 1_000,
      onFailure: (error) => failures.push(error),
      onTopicGone: (error) => gone.push(error),
    });
  };

  const read = (partition: number, from = 0): PartitionFeed => {
    const feed = new PartitionFeed({
      partition: { topic: TOPIC, partition },
      topicId: kafka.topicId,
      start: from,
      limits: { maxBatchRecords: 100, maxBatchBytes: 100_000 },
      transientRecords,
      handle: async (batch) => {
        await onBatch(batch);
        batches.push(batch);
        return true;
      },
      onFailure: (error) => failures.push(error),
    });
    fetcher.add(feed);
    return feed;
  };

  const valuesOf = (partition: number): (string | null)[] =>
    batches
      .filter((batch) => batch.partition === partition)
      .flatMap(({ records }) => records.map(({ value }) => text(value)));
  const offsetsOf = (partition: number): number[] =>
    batches
      .filter((batch) => batch.partition === partition)
      .flatMap(({ records }) => records.map(({ offset }) => offset));

  afterEach(async () => {
    await fetcher.close();
    await reader.close();
    await kafka.stop();
  });

  it('hands over every record once and in order, of every broker, and what is appended meanwhile', async () => {
    await start(2, 4);
    const all = Array.from({ length: 60 }, (_, index) => String(index));
    for (const partition of kafka.partitions)
      for (let at = 0; at < 40; at += 8) await partition.append(...all.slice(at, at + 8));
    for (const partition of kafka.partitions.keys()) read(partition);
    await eventually('the first', () => valuesOf(3).length === 40);
    for (const partition of kafka.partitions) await partition.append(...all.slice(40));
    await eventually('the rest', () => [0, 1, 2, 3].every((partition) => valuesOf(partition).length >= 60));
    for (const partition of [0, 1, 2, 3]) expect(valuesOf(partition)).toEqual(all);
    expect(batches.at(-1)).toMatchObject({ nextOffset: 60, endOffset: 60 });
    expect(failures).toEqual([]);
  });

  it('begins within a batch', async () => {
    await start(1, 1);
    await kafka.partition(0).append('a', 'b', 'c', 'd');
    read(0, 2);
    await eventually('two records', () => valuesOf(0).length === 2);
    expect(valuesOf(0)).toEqual(['c', 'd']);
  });

  it('follows a partition to its new leader, and waits while it has none', async () => {
    await start(2, 1);
    const partition = kafka.partition(0);
    await partition.append('first');
    const feed = read(0);
    await eventually('the first', () => valuesOf(0).length === 1);
    partition.leader = NO_LEADER;
    await eventually('the reason', () => feed.problem?.reason.includes('no leader') ?? false);
    partition.leader = 1;
    await partition.append('second');
    await eventually('the second', () => valuesOf(0).length === 2);
    expect(feed.problem).toBeNull();
  });

  it('goes on at the start of a log that has dropped what comes next, after what it fetched before', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('0', '1');
    read(0);
    await eventually('the first', () => offsetsOf(0).length === 2);
    for (const value of ['2', '3', '4', '5']) partition.appendBytes(Buffer.from(value), 1);
    partition.dropBelow(6);
    await partition.append('6');
    await eventually('the rest', () => offsetsOf(0).length === 3);
    expect(offsetsOf(0)).toEqual([0, 1, 6]);
  });

  it('reads a log that was cut below its place from the start, so that the owner sees it from the offsets', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('old 0', 'old 1', 'old 2');
    read(0);
    await eventually('the old log', () => offsetsOf(0).length === 3);
    partition.clear();
    await partition.append('new 0');
    await eventually('the new log', () => offsetsOf(0).length === 4);
    expect(offsetsOf(0)).toEqual([0, 1, 2, 0]);
    expect(valuesOf(0).at(-1)).toBe('new 0');
    expect(batches.at(-1)?.endOffset).toBe(1);
  });

  it('gives a connection up that has fallen silent, and goes on over a new one', async () => {
    await start(1, 2);
    await kafka.partition(0).append('before');
    read(0);
    read(1);
    await eventually('the first', () => valuesOf(0).length === 1);
    const { connections } = kafka.node(0);
    kafka.silent.add(0);
    await kafka.partition(0).append('after');
    await eventually('a new connection', () => kafka.node(0).connections > connections);
    kafka.silent.delete(0);
    await eventually('the second', () => valuesOf(0).length === 2);
    expect(valuesOf(0)).toEqual(['before', 'after']);
    expect(failures).toEqual([]);
  });

  it('keeps a connection whose answer comes slowly but steadily, however long it takes', async () => {
    await start(1, 1);
    await kafka.partition(0).append('x'.repeat(2_000));
    kafka.node(0).pace = { bytes: 200, everyMs: SILENCE_MS / 3 };
    read(0);
    await eventually('the record', () => valuesOf(0).length === 1);
    expect(kafka.partition(0).served).toEqual([0]);
  });

  it('goes on when a broker that died is back, and reads the others meanwhile', async () => {
    await start(2, 2);
    for (const partition of [0, 1]) await kafka.partition(partition).append('before');
    const feed = read(0);
    read(1);
    await eventually('both', () => batches.length === 2);
    await kafka.node(0).kill();
    for (const partition of [0, 1]) await kafka.partition(partition).append('after');
    await eventually('the one alive', () => valuesOf(1).length === 2);
    await eventually('the reason', () => feed.problem !== null);
    await kafka.node(0).start();
    await eventually('the one that is back', () => valuesOf(0).length === 2);
    expect([valuesOf(0), valuesOf(1)]).toEqual([
      ['before', 'after'],
      ['before', 'after'],
    ]);
    expect(failures).toEqual([]);
  });

  it('fetches one ahead of a slow owner and no more, and reads the other partitions on', async () => {
    await start(1, 2);
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    onBatch = (batch) => (batch.partition === 0 ? blocked : Promise.resolve());
    for (let index = 0; index < 10; index += 1) {
      for (const partition of kafka.partitions) await partition.append('x'.repeat(900));
    }
    read(0);
    read(1);
    await eventually('the other partition', () => valuesOf(1).length === 10);
    await kafka.partition(1).append('more');
    await eventually('one more', () => valuesOf(1).length === 11);
    expect(kafka.partition(0).served).toEqual([0, 1]);
    release();
    await eventually('the slow one', () => valuesOf(0).length === 10);
    expect(offsetsOf(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([
    ['uses the memory of records again when their owner is done with them', true],
    ['leaves records alone that their owner may keep', false],
  ])('%s', async (_, isTransient) => {
    await start(1, 2);
    transientRecords = isTransient;
    const values = Array.from({ length: 30 }, (__, index) => String(index).repeat(450));
    const handed: string[] = [];
    onBatch = async ({ partition, records }) => {
      if (partition === 0) handed.push(...records.map(({ value }) => text(value) ?? ''));
    };
    for (const value of values) for (const partition of kafka.partitions) await partition.append(value);
    for (const partition of [0, 1]) read(partition);
    await eventually('all', () => valuesOf(0).length === 30 && valuesOf(1).length === 30);
    expect(handed).toEqual(values);
    const memories = new Set(batches.flatMap(({ records }) => records.map(({ value }) => value?.buffer)));
    if (isTransient) {
      expect(memories.size).toBeLessThanOrEqual(4);
    } else {
      expect(memories.size).toBeGreaterThan(4);
      expect(valuesOf(0)).toEqual(values);
    }
  });

  it('hands nothing over any more of a partition that was taken away, and reads the others on', async () => {
    await start(1, 2);
    const feed = read(0);
    read(1);
    await kafka.partition(1).append('first');
    await eventually('the first', () => valuesOf(1).length === 1);
    fetcher.remove(feed);
    for (const partition of kafka.partitions) await partition.append('after');
    await eventually('the other partition', () => valuesOf(1).length === 2);
    expect(valuesOf(0)).toEqual([]);
  });

  it('says that a topic is gone, and that of no other error of a broker', async () => {
    await start(1, 1);
    const feed = read(0);
    kafka.partition(0).error = UNKNOWN_TOPIC;
    await eventually('the reason', () => feed.problem !== null);
    expect(gone).toEqual([]);
    kafka.topicExists = false;
    await eventually('the end', () => gone.length > 0);
    expect(gone[0]).toBeInstanceOf(UnknownTopicError);
    expect(failures).toEqual([]);
  });

  it('hands nothing over of a topic that was made again, however long it is, and says that the old one is gone', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('old 0', 'old 1');
    const feed = read(0);
    await eventually('the old topic', () => offsetsOf(0).length === 2);
    kafka.makeTopicAgain();
    await partition.append('new 0', 'new 1', 'new 2', 'new 3');
    await eventually('the end', () => gone.length > 0);
    expect(String(gone[0])).toContain('was deleted and made again');
    expect(feed.problem?.reason).toContain('was deleted and made again');
    expect(valuesOf(0)).toEqual(['old 0', 'old 1']);
    expect(failures).toEqual([]);
  });

  it('reads on when a broker has not heard of the topic yet that there is', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    partition.error = UNKNOWN_TOPIC_ID;
    await partition.append('first');
    const feed = read(0);
    await eventually('the reason', () => feed.problem !== null);
    partition.error = 0;
    await eventually('the first', () => valuesOf(0).length === 1);
    expect([gone, failures, feed.problem]).toEqual([[], [], null]);
  });

  it('fails when it may not read', async () => {
    await start(1, 1);
    kafka.partition(0).error = NOT_AUTHORISED;
    read(0);
    await eventually('the failure', () => failures.length > 0);
    expect(String(failures[0])).toContain('TOPIC_AUTHORIZATION_FAILED');
  });

  it('fails for records that cannot be read, with a name for them', async () => {
    await start(1, 1);
    await kafka.partition(0).append('readable');
    kafka.partition(0).appendBytes(Buffer.alloc(100, 1), 1);
    read(0);
    await eventually('the failure', () => failures.length > 0);
    expect(failures[0]).toBeInstanceOf(UnreadableRecordsError);
    expect(String(failures[0])).toContain(`${TOPIC}/0`);
  });

  it('fails with the error of the owner', async () => {
    await start(1, 1);
    await kafka.partition(0).append('x');
    onBatch = () => Promise.reject(new LogUnavailableError('no space left'));
    read(0);
    await eventually('the failure', () => failures.length > 0);
    expect(String(failures[0])).toContain('no space left');
  });
});
