import { partitionKey } from '../core/fair-share';
import { Lifeline } from '../core/lifeline';
import { delay } from '../core/signal';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { LogRecord, PartitionBounds, RecordBatch } from '../port';
import type { Kafka } from 'kafkajs';
import { sendFetch } from './fetch/fetch-protocol';
import { connectCluster, type KafkaBroker, type KafkaCluster } from './kafka-cluster';
import { fetchError, isOutOfRange, repeatedWhileSettling, toLogError } from './kafka-errors';
import { RecordDecoder } from './records/record-decoder';

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

  constructor(kafka: Kafka) {
    this.connection = new Lifeline(
      () => connectCluster(kafka),
      (cluster) => cluster.disconnect(),
    );
  }

  /** Partitions of a topic, or null when there is no such topic. */
  partitionCount(topic: string): Promise<number | null> {
    return this.use(async (cluster) => {
      await cluster.refreshMetadataIfNecessary();
      if (cluster.findTopicPartitionMetadata(topic).length === 0) await cluster.refreshMetadata();
      return cluster.findTopicPartitionMetadata(topic).length || null;
    });
  }

  /** @throws UnknownTopicError */
  async bounds(topic: string): Promise<PartitionBounds[]> {
    return this.boundsOf(topic, await this.partitions(topic));
  }

  /** The node that leads each partition, by the partition's key; those without a leader are left out. @throws UnknownTopicError */
  async leaders(topics: readonly string[]): Promise<Map<string, number>> {
    const known = await this.use(async (cluster) => {
      await cluster.refreshMetadata();
      return topics.map((topic) => ({ topic, partitions: cluster.findTopicPartitionMetadata(topic) }));
    });
    const leaders = new Map<string, number>();
    for (const { topic, partitions } of known) {
      if (partitions.length === 0) throw new UnknownTopicError(`There is no topic ${topic}`);
      for (const { partitionId, leader } of partitions) {
        if (leader >= 0) leaders.set(partitionKey({ topic, partition: partitionId }), leader);
      }
    }
    return leaders;
  }

  /** Asks the leader of this partition alone. @throws UnknownTopicError */
  async partitionBounds(topic: string, partition: number): Promise<PartitionBounds> {
    await this.checkPartition(topic, partition);
    const [bounds] = await this.boundsOf(topic, [{ partition }]);
    return bounds ?? { partition, earliest: 0, end: 0 };
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
    await this.checkPartition(topic, partition);
    const records: LogRecord[] = [];
    let nextOffset = fromOffset;
    for (let end: number | null = null; ;) {
      const maxBytes = records.length === 0 ? Math.min(limit * EXPECTED_BYTES + BATCH_BYTES, FETCH_BYTES) : FETCH_BYTES;
      const fetched = await this.fetch(topic, partition, nextOffset, maxBytes);
      if (fetched === null) {
        const bounds = await this.partitionBounds(topic, partition);
        if (nextOffset >= bounds.earliest) return { topic, partition, records, nextOffset, endOffset: bounds.end };
        nextOffset = bounds.earliest;
        continue;
      }
      const endOffset: number = end ?? fetched.set.endOffset;
      end = endOffset;
      const batch = fetched.next({ maxBatchRecords: limit - records.length, maxBatchBytes: Number.POSITIVE_INFINITY });
      for (const record of batch?.records ?? []) if (record.offset < endOffset) records.push(detached(record));
      const reached = batch?.nextOffset ?? fetched.nextOffset;
      if (reached >= endOffset)
        return { topic, partition, records, nextOffset: Math.max(nextOffset, endOffset), endOffset };
      if (records.length >= limit) return { topic, partition, records, nextOffset: reached, endOffset };
      if (reached === nextOffset)
        throw new LogUnavailableError(`Kafka gives nothing of ${topic}/${partition} at ${reached}`);
      nextOffset = reached;
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

  private boundsOf(topic: string, partitions: { partition: number }[]): Promise<PartitionBounds[]> {
    return this.use(async (cluster) => {
      const [low, high] = await Promise.all(
        [true, false].map((fromBeginning) => listOffsets(cluster, topic, partitions, { fromBeginning })),
      );
      return partitions.map(({ partition }) => ({
        partition,
        earliest: low?.get(partition) ?? 0,
        end: high?.get(partition) ?? 0,
      }));
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

  private async partitions(topic: string): Promise<{ partition: number }[]> {
    const count = await this.partitionCount(topic);
    if (count === null) throw new UnknownTopicError(`There is no topic ${topic}`);
    return Array.from({ length: count }, (_, partition) => ({ partition }));
  }

  /** @throws UnknownTopicError */
  private async checkPartition(topic: string, partition: number): Promise<void> {
    const partitions = await this.partitions(topic);
    if (partitions[partition]) return;
    throw new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
  }

  /** What there is from an offset on, without waiting; null when the log begins above it or ends below it. */
  private fetch(topic: string, partition: number, offset: number, maxBytes: number): Promise<RecordDecoder | null> {
    return this.use(async (cluster) => {
      const broker = await leaderOf(cluster, topic, partition);
      const [fetched] = await sendFetch(broker, {
        maxWaitMs: 0,
        maxBytes,
        partitions: [{ topic, partition, offset, maxBytes }],
      });
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

/** A copy that does not hold all bytes of its fetch in memory: callers may keep what they have read. */
function detached(record: LogRecord): LogRecord {
  const { topic, partition, offset, timestampMs, key, value } = record;
  const headers = Object.entries(record.headers).map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key,
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(headers),
  };
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
