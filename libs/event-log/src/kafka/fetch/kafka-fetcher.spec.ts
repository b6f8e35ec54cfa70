import { LogUnavailableError, UnknownTopicError } from '../../errors';
import { eventually } from '../../testing/harness';
import { shiftWallClock } from '../../testing/wall-clock';
import { UnreadableRecordsError } from '../kafka-errors';
import { FetcherBench, SILENCE_MS } from '../testing/fetcher-bench';
import { type PretendKafka, TOPIC } from '../testing/pretend-kafka';

const NO_LEADER = -1;
const NOT_AUTHORISED = 29;
const UNKNOWN_TOPIC = 3;
const UNKNOWN_TOPIC_ID = 100;

describe('KafkaFetcher', () => {
  let bench: FetcherBench;
  let kafka: PretendKafka;

  const start = async (nodes: number, partitions: number): Promise<void> => {
    bench = await FetcherBench.start(nodes, partitions);
    ({ kafka } = bench);
  };

  afterEach(async () => {
    jest.restoreAllMocks();
    await bench.stop();
  });

  it('hands over every record once and in order, of every broker, and what is appended meanwhile', async () => {
    await start(2, 4);
    const all = Array.from({ length: 60 }, (_, index) => String(index));
    for (const partition of kafka.partitions)
      for (let at = 0; at < 40; at += 8) await partition.append(...all.slice(at, at + 8));
    for (const partition of kafka.partitions.keys()) bench.read(partition);
    await eventually('the first', () => bench.valuesOf(3).length === 40);
    for (const partition of kafka.partitions) await partition.append(...all.slice(40));
    await eventually('the rest', () => [0, 1, 2, 3].every((partition) => bench.valuesOf(partition).length >= 60));
    for (const partition of [0, 1, 2, 3]) expect(bench.valuesOf(partition)).toEqual(all);
    expect(bench.batches.at(-1)).toMatchObject({ nextOffset: 60, endOffset: 60 });
    expect(bench.failures).toEqual([]);
  });

  it('begins within a batch', async () => {
    await start(1, 1);
    await kafka.partition(0).append('a', 'b', 'c', 'd');
    bench.read(0, { from: 2 });
    await eventually('two records', () => bench.valuesOf(0).length === 2);
    expect(bench.valuesOf(0)).toEqual(['c', 'd']);
  });

  it('follows a partition to its new leader, and waits while it has none', async () => {
    await start(2, 1);
    const partition = kafka.partition(0);
    await partition.append('first');
    const feed = bench.read(0);
    await eventually('the first', () => bench.valuesOf(0).length === 1);
    partition.leader = NO_LEADER;
    await eventually('the reason', () => feed.problem?.reason.includes('no leader') ?? false);
    partition.leader = 1;
    await partition.append('second');
    await eventually('the second', () => bench.valuesOf(0).length === 2);
    expect(feed.problem).toBeNull();
  });

  it('goes on at the start of a log that has dropped what comes next, after what it fetched before', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('0', '1');
    bench.read(0);
    await eventually('the first', () => bench.offsetsOf(0).length === 2);
    for (const value of ['2', '3', '4', '5']) partition.appendBytes(Buffer.from(value), 1);
    partition.dropBelow(6);
    await partition.append('6');
    await eventually('the rest', () => bench.offsetsOf(0).length === 3);
    expect(bench.offsetsOf(0)).toEqual([0, 1, 6]);
  });

  it('reads a log that was cut below its place from the start, so that the owner sees it from the offsets', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('old 0', 'old 1', 'old 2');
    bench.read(0);
    await eventually('the old log', () => bench.offsetsOf(0).length === 3);
    partition.clear();
    await partition.append('new 0');
    await eventually('the new log', () => bench.offsetsOf(0).length === 4);
    expect(bench.offsetsOf(0)).toEqual([0, 1, 2, 0]);
    expect(bench.valuesOf(0).at(-1)).toBe('new 0');
    expect(bench.batches.at(-1)?.endOffset).toBe(1);
  });

  it('gives a connection up that has fallen silent, and goes on over a new one', async () => {
    await start(1, 2);
    await kafka.partition(0).append('before');
    bench.read(0);
    bench.read(1);
    await eventually('the first', () => bench.valuesOf(0).length === 1);
    const { connections } = kafka.node(0);
    kafka.silent.add(0);
    await kafka.partition(0).append('after');
    await eventually('a new connection', () => kafka.node(0).connections > connections);
    kafka.silent.delete(0);
    await eventually('the second', () => bench.valuesOf(0).length === 2);
    expect(bench.valuesOf(0)).toEqual(['before', 'after']);
    expect(bench.failures).toEqual([]);
  });

  it('keeps a connection whose answer comes slowly but steadily, however long it takes', async () => {
    await start(1, 1);
    await kafka.partition(0).append('x'.repeat(2_000));
    kafka.node(0).pace = { bytes: 200, everyMs: SILENCE_MS / 3 };
    bench.read(0);
    await eventually('the record', () => bench.valuesOf(0).length === 1);
    expect(kafka.partition(0).served).toEqual([0]);
  });

  it('waits on for an answer when the wall clock jumps an hour forth', async () => {
    await start(1, 1);
    await kafka.partition(0).append('x'.repeat(2_000));
    kafka.node(0).pace = { bytes: 200, everyMs: SILENCE_MS / 3 };
    bench.read(0);
    await eventually('a request', () => kafka.partition(0).served.length === 1);
    shiftWallClock(3_600_000);
    await eventually('the record', () => bench.valuesOf(0).length === 1);
    expect(kafka.partition(0).served).toEqual([0]);
  });

  it('goes on when a broker that died is back, and reads the others meanwhile', async () => {
    await start(2, 2);
    for (const partition of [0, 1]) await kafka.partition(partition).append('before');
    const feed = bench.read(0);
    bench.read(1);
    await eventually('both', () => bench.batches.length === 2);
    await kafka.node(0).kill();
    for (const partition of [0, 1]) await kafka.partition(partition).append('after');
    await eventually('the one alive', () => bench.valuesOf(1).length === 2);
    await eventually('the reason', () => feed.problem !== null);
    await kafka.node(0).start();
    await eventually('the one that is back', () => bench.valuesOf(0).length === 2);
    expect([bench.valuesOf(0), bench.valuesOf(1)]).toEqual([
      ['before', 'after'],
      ['before', 'after'],
    ]);
    expect(bench.failures).toEqual([]);
  });

  it('fetches one ahead of a slow owner and no more, and reads the other partitions on', async () => {
    await start(1, 2);
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.onBatch = (batch) => (batch.partition === 0 ? blocked : Promise.resolve());
    for (let index = 0; index < 10; index += 1) {
      for (const partition of kafka.partitions) await partition.append('x'.repeat(900));
    }
    bench.read(0);
    bench.read(1);
    await eventually('the other partition', () => bench.valuesOf(1).length === 10);
    await kafka.partition(1).append('more');
    await eventually('one more', () => bench.valuesOf(1).length === 11);
    expect(kafka.partition(0).served).toEqual([0, 1]);
    release();
    await eventually('the slow one', () => bench.valuesOf(0).length === 10);
    expect(bench.offsetsOf(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('hands nothing over any more of a partition that was taken away, and reads the others on', async () => {
    await start(1, 2);
    const feed = bench.read(0);
    bench.read(1);
    await kafka.partition(1).append('first');
    await eventually('the first', () => bench.valuesOf(1).length === 1);
    bench.fetcher.remove(feed);
    for (const partition of kafka.partitions) await partition.append('after');
    await eventually('the other partition', () => bench.valuesOf(1).length === 2);
    expect(bench.valuesOf(0)).toEqual([]);
  });

  it('says that a topic is bench.gone, and that of no other error of a broker', async () => {
    await start(1, 1);
    const feed = bench.read(0);
    kafka.partition(0).error = UNKNOWN_TOPIC;
    await eventually('the reason', () => feed.problem !== null);
    expect(bench.gone).toEqual([]);
    kafka.topicExists = false;
    await eventually('the end', () => bench.gone.length > 0);
    expect(bench.gone[0]).toBeInstanceOf(UnknownTopicError);
    expect(bench.failures).toEqual([]);
  });

  it('hands nothing over of a topic that was made again, however long it is, and says that the old one is gone', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    await partition.append('old 0', 'old 1');
    const feed = bench.read(0);
    await eventually('the old topic', () => bench.offsetsOf(0).length === 2);
    kafka.makeTopicAgain();
    await partition.append('new 0', 'new 1', 'new 2', 'new 3');
    await eventually('the end', () => bench.gone.length > 0);
    expect(String(bench.gone[0])).toContain('was deleted and made again');
    expect(feed.problem?.reason).toContain('was deleted and made again');
    expect(bench.valuesOf(0)).toEqual(['old 0', 'old 1']);
    expect(bench.failures).toEqual([]);
  });

  it('reads on when a broker has not heard of the topic yet that there is', async () => {
    await start(1, 1);
    const partition = kafka.partition(0);
    partition.error = UNKNOWN_TOPIC_ID;
    await partition.append('first');
    const feed = bench.read(0);
    await eventually('the reason', () => feed.problem !== null);
    partition.error = 0;
    await eventually('the first', () => bench.valuesOf(0).length === 1);
    expect([bench.gone, bench.failures, feed.problem]).toEqual([[], [], null]);
  });

  it('fails when it may not read', async () => {
    await start(1, 1);
    kafka.partition(0).error = NOT_AUTHORISED;
    bench.read(0);
    await eventually('the failure', () => bench.failures.length > 0);
    expect(String(bench.failures[0])).toContain('TOPIC_AUTHORIZATION_FAILED');
  });

  it('fails for records that cannot be read, with a name for them', async () => {
    await start(1, 1);
    await kafka.partition(0).append('readable');
    kafka.partition(0).appendBytes(Buffer.alloc(100, 1), 1);
    bench.read(0);
    await eventually('the failure', () => bench.failures.length > 0);
    expect(bench.failures[0]).toBeInstanceOf(UnreadableRecordsError);
    expect(String(bench.failures[0])).toContain(`${TOPIC}/0`);
  });

  it('fails with the error of the owner', async () => {
    await start(1, 1);
    await kafka.partition(0).append('x');
    bench.onBatch = () => Promise.reject(new LogUnavailableError('no space left'));
    bench.read(0);
    await eventually('the failure', () => bench.failures.length > 0);
    expect(String(bench.failures[0])).toContain('no space left');
  });
});
