import { Lifeline } from '../core/lifeline';
import { copyRecord } from '../core/records';
import { delay } from '../core/signal';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { LogRecord, PartitionBounds, RecordBatch } from '../port';
import type { Kafka } from 'kafkajs';
import { type FetchPosition, sendFetch } from './fetch/fetch-protocol';
import { connectCluster, type KafkaBroker, type KafkaCluster } from './kafka-cluster';
import { fetchError, isOutOfRange, repeatedWhileSettling, toLogError } from './kafka-errors';
import { RecordDecoder } from './records/record-decoder';
import { findTopics, type TopicMetadata } from './topic-metadata';

const FETCH_BYTES = 2 * 1024 * 1024;
/** Brokers give whole batches, and at least one: what is asked for first when few records are wanted, by their number. */
const BATCH_BYTES = 64 * 1024;
const EXPECTED_BYTES = 512;
/** Who asks for offsets with this id learns where the leader's log ends, not only what all copies have. */
const SEES_UNCOPIED = -2;
const READ_UNCOMMITTED = 0;
const LATEST = -1;
/** How often readLast looks again whether copies and transactions have come to the leader's end: for two seconds, pauses doubling. */
const SETTLING_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 8;
/** Control records and compaction leave offsets without a record: so far back readLast looks first, and then so many times as far. */
const STEP_BACK = 100;
const STEP_GROWTH = 8;

/** Reads topics, bounds and records without joining a group, over one connection of its own. */
export class KafkaReader {
  private readonly connection: Lifeline<KafkaCluster>;
  /** Identities as last seen: a broker refuses one that is not the topic's any more. */
  private readonly topicIds = new Map<string, string>();

  constructor(kafka: Kafka) {
    this.connection = new Lifeline(
      () => connectCluster(kafka),
      (cluster) => cluster.disconnect(),
    );
  }

  /** Partitions of a topic, or null when there is no such topic now. */
  async partitionCount(topic: string): Promise<number | null> {
    return (await this.find([topic])).get(topic)?.partitions ?? null;
  }

  /** The same as last seen, some time ago: for who is told by the brokers when it is no longer so. */
  lastPartitionCount(topic: string): Promise<number | null> {
    return this.use(async (cluster) => {
      await cluster.refreshMetadataIfNecessary();
      if (cluster.findTopicPartitionMetadata(topic).length === 0) await cluster.refreshMetadata();
      return cluster.findTopicPartitionMetadata(topic).length || null;
    });
  }

  /** @throws UnknownTopicError */
  async bounds(topic: string): Promise<PartitionBounds[]> {
    const { topicId, partitions: count } = await this.lookUp(topic);
    const partitions = Array.from({ length: count }, (_, partition) => ({ partition }));
    return this.boundsOf(topic, topicId, partitions);
  }

  /** What a broker knows of topics now. @throws UnknownTopicError */
  async topics(topics: readonly string[]): Promise<ReadonlyMap<string, TopicMetadata>> {
    const found = await this.find(topics);
    const missing = topics.find((topic) => !found.has(topic));
    if (missing !== undefined) throw new UnknownTopicError(`There is no topic ${missing}`);
    return found;
  }

  /** The identity that a topic has now: see PartitionBounds. @throws UnknownTopicError */
  async topicId(topic: string): Promise<string> {
    return (await this.lookUp(topic)).topicId;
  }

  /** Asks the leader of this partition alone. @throws UnknownTopicError */
  async partitionBounds(topic: string, partition: number): Promise<PartitionBounds> {
    const { topicId, partitions } = await this.lookUp(topic);
    checkPartition(topic, partition, partitions);
    const [bounds] = await this.boundsOf(topic, topicId, [{ partition }]);
    if (!bounds) throw new LogUnavailableError(`Kafka has no offsets of ${topic}/${partition}`);
    return bounds;
  }

  /** The first offset whose time is at or after the given one, else the end. @throws UnknownTopicError */
  async offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number> {
    const { end } = await this.partitionBounds(topic, partition);
    // Negative times mean something else to the broker.
    const fromTimestamp = Math.max(0, Math.ceil(timestampMs));
    const found = await this.use((cluster) => listOffsets(cluster, topic, [{ partition }], { fromTimestamp }));
    const offset = found.get(partition) ?? -1;
    return offset < 0 ? end : offset;
  }

  /**
   * Goes by where the broker says that the partition ends when it gives the first records: records that come to it meanwhile are
   * left for the next call, so that it never ends within an atomic append.
   * @throws UnknownTopicError
   */
  async read(topic: string, partition: number, fromOffset: number, limit: number): Promise<RecordBatch> {
    checkPartition(topic, partition, (await this.lastPartitionCount(topic)) ?? 0);
    const known = this.topicIds.get(topic);
    const readNow = async (topicId: string) => this.readFrom({ topic, topicId, partition }, fromOffset, limit);
    try {
      return await readNow(known ?? (await this.topicId(topic)));
    } catch (error) {
      if (known === undefined || !(error instanceof UnknownTopicError)) throw error;
      return readNow(await this.topicId(topic));
    }
  }

  /**
   * Looks only once every record that the leader has is on all copies in time, and no transaction is open. Until then it cannot be
   * read, though it may stay: who takes what is before it for the last, and appends the rest again, would have it twice.
   * @throws UnknownTopicError, LogUnavailableError while that is not so
   */
  async readLast(topic: string, partition: number): Promise<LogRecord | null> {
    const { earliest, end } = await this.settledBounds(topic, partition);
    for (let to = end, step = STEP_BACK; to > earliest; step *= STEP_GROWTH) {
      const from = Math.max(earliest, to - step);
      const last = (await this.read(topic, partition, from, to - from)).records.at(-1);
      if (last) return last;
      to = from;
    }
    return null;
  }

  async ping(): Promise<void> {
    await this.use((cluster) => cluster.refreshMetadata());
  }

  close(): Promise<void> {
    return this.connection.drop();
  }

  private async readFrom(
    place: Pick<RecordBatch, 'topic' | 'topicId' | 'partition'>,
    fromOffset: number,
    limit: number,
  ): Promise<RecordBatch> {
    const { topic, topicId, partition } = place;
    const records: LogRecord[] = [];
    const found = { ...place, records, fromOffset };
    let nextOffset = fromOffset;
    for (let end: number | null = null; ;) {
      const maxBytes = records.length === 0 ? Math.min(limit * EXPECTED_BYTES + BATCH_BYTES, FETCH_BYTES) : FETCH_BYTES;
      const fetched = await this.fetch({ ...place, offset: nextOffset, maxBytes });
      if (fetched === null) {
        const bounds = await this.partitionBounds(topic, partition);
        if (bounds.topicId !== topicId) throw new UnknownTopicError(`Topic ${topic} was deleted and made again`);
        if (nextOffset >= bounds.earliest) return { ...found, nextOffset, endOffset: bounds.end };
        nextOffset = bounds.earliest;
        continue;
      }
      const endOffset: number = end ?? fetched.set.endOffset;
      end = endOffset;
      // Copies, which do not hold all bytes of the fetch in memory: callers may keep what they have read.
      const batch = fetched.next({ maxBatchRecords: limit - records.length, maxBatchBytes: Number.POSITIVE_INFINITY });
      for (const record of batch?.records ?? []) if (record.offset < endOffset) records.push(copyRecord(record));
      const reached = batch?.nextOffset ?? fetched.nextOffset;
      if (reached >= endOffset) return { ...found, nextOffset: Math.max(nextOffset, endOffset), endOffset };
      if (records.length >= limit) return { ...found, nextOffset: reached, endOffset };
      if (reached === nextOffset)
        throw new LogUnavailableError(`Kafka gives nothing of ${topic}/${partition} at ${reached}`);
      nextOffset = reached;
    }
  }

  private boundsOf(topic: string, topicId: string, partitions: { partition: number }[]): Promise<PartitionBounds[]> {
    return this.use(async (cluster) => {
      const [low, high] = await Promise.all(
        [true, false].map((fromBeginning) => listOffsets(cluster, topic, partitions, { fromBeginning })),
      );
      return partitions.map(({ partition }) => {
        const [earliest, end] = [low?.get(partition), high?.get(partition)];
        if (earliest === undefined || end === undefined)
          throw new LogUnavailableError(`Kafka has no offsets of ${topic}/${partition}`);
        return { partition, topicId, earliest, end };
      });
    });
  }

  private async settledBounds(topic: string, partition: number): Promise<PartitionBounds> {
    const known = await this.partitionBounds(topic, partition);
    const leaderEnd = await this.leaderEnd(topic, partition);
    if (known.end >= leaderEnd) return known;
    for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; attempt <= SETTLING_ATTEMPTS; attempt += 1, pauseMs *= 2) {
      await delay(pauseMs);
      const bounds = await this.partitionBounds(topic, partition);
      if (bounds.end >= leaderEnd) return bounds;
    }
    throw new LogUnavailableError(
      `The newest records of ${topic}/${partition} are not on enough brokers yet, or belong to an append that is not decided`,
    );
  }

  private leaderEnd(topic: string, partition: number): Promise<number> {
    return this.use(async (cluster) => {
      const broker = await leaderOf(cluster, topic, partition);
      const { responses } = await broker.listOffsets({
        replicaId: SEES_UNCOPIED,
        isolationLevel: READ_UNCOMMITTED,
        topics: [{ topic, partitions: [{ partition, timestamp: LATEST }] }],
      });
      return Number(responses[0]?.partitions[0]?.offset ?? 0);
    });
  }

  private async find(topics: readonly string[]): Promise<ReadonlyMap<string, TopicMetadata>> {
    const found = await this.use((cluster) => findTopics(cluster, topics));
    for (const [topic, { topicId }] of found) this.topicIds.set(topic, topicId);
    return found;
  }

  /**
   * What a broker knows of a topic now. Who goes on to ask for offsets asks this first: should the topic be replaced in between,
   * the offsets come with an identity that nobody can read by any more. @throws UnknownTopicError
   */
  private async lookUp(topic: string): Promise<TopicMetadata> {
    const found = (await this.topics([topic])).get(topic);
    if (!found) throw new UnknownTopicError(`There is no topic ${topic}`);
    return found;
  }

  /** What there is from an offset on, without waiting; null when the log begins above it or ends below it. */
  private fetch(position: FetchPosition): Promise<RecordDecoder | null> {
    const { topic, partition, maxBytes } = position;
    return this.use(async (cluster) => {
      const broker = await leaderOf(cluster, topic, partition);
      const [fetched] = await sendFetch(broker, { maxWaitMs: 0, maxBytes, partitions: [position] });
      if (!fetched) throw new LogUnavailableError(`Kafka has no answer for ${topic}/${partition}`);
      if (fetched.errorCode === 0) return new RecordDecoder(fetched);
      const error = fetchError(fetched.errorCode);
      if (isOutOfRange(error)) return null;
      throw error;
    });
  }

  /** A connection that failed is not used again: the client repeats requests on sockets that are dead. */
  private async use<T>(task: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
    try {
      const connection = await this.connection.get();
      return await repeatedWhileSettling(() => task(connection));
    } catch (error) {
      await this.connection.drop();
      throw toLogError(error);
    }
  }
}

/** @throws UnknownTopicError */
function checkPartition(topic: string, partition: number, partitions: number): void {
  if (partition < 0 || partition >= partitions)
    throw new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
}

/** @throws LogUnavailableError while there is none */
async function leaderOf(cluster: KafkaCluster, topic: string, partition: number): Promise<KafkaBroker> {
  const metadata = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
  const leader = metadata?.leader ?? -1;
  if (leader < 0) throw new LogUnavailableError(`${topic}/${partition} has no leader`);
  return cluster.findBroker({ nodeId: leader });
}

async function listOffsets(
  cluster: KafkaCluster,
  topic: string,
  partitions: { partition: number }[],
  what: { fromBeginning: boolean } | { fromTimestamp: number },
): Promise<Map<number, number>> {
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...what }]);
  return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
}
