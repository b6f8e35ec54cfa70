import { Lifeline } from '../core/lifeline';
import { delay } from '../core/signal';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { LogRecord, PartitionBounds } from '../port';
import type { Kafka } from 'kafkajs';
import { connectCluster, type FetchedMessage, type KafkaBroker, type KafkaCluster } from './kafka-cluster';
import { repeatedWhileSettling, toLogError } from './kafka-errors';
import { toLogRecord } from './kafka-records';

const FETCH_BYTES = 2 * 1024 * 1024;
const FETCH_WAIT_MS = 100;
const READ_COMMITTED = 1;
/** Who asks for offsets with this id learns where the leader's log ends, not only what all copies have. */
const SEES_UNCOPIED = -2;
const READ_UNCOMMITTED = 0;
const LATEST = -1;
/** How often and after what time readLast looks again whether the copies have what the leader has. */
const COPY_ATTEMPTS = 10;
const COPY_PAUSE_MS = 200;
/** Control records and compaction leave offsets without a record; so far back readLast looks at a time. */
const STEP_BACK = 100;

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

  /** Asks the leader of this partition alone. @throws UnknownTopicError */
  async partitionBounds(topic: string, partition: number): Promise<PartitionBounds> {
    const own = (await this.partitions(topic)).filter((candidate) => candidate.partition === partition);
    const [bounds] = own.length > 0 ? await this.boundsOf(topic, own) : [];
    if (!bounds) throw new UnknownTopicError(`Topic ${topic} has no partition ${partition}`);
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

  /** @throws UnknownTopicError */
  async read(topic: string, partition: number, fromOffset: number, limit: number): Promise<LogRecord[]> {
    const { earliest, end } = await this.partitionBounds(topic, partition);
    const records: LogRecord[] = [];
    let position = Math.max(fromOffset, earliest);
    while (position < end && records.length < limit) {
      const messages = await this.fetch(topic, partition, position);
      const last = messages.at(-1);
      if (!last) break;
      for (const message of messages) {
        if (records.length < limit && !message.isControlRecord) records.push(toLogRecord(topic, partition, message));
      }
      position = Number(last.offset) + 1;
    }
    return records;
  }

  /**
   * Looks only once every record that the leader has is on all copies in time. Until then it cannot be read, though it will stay:
   * who takes what is before it for the last, and appends the rest again, would have it twice.
   * @throws UnknownTopicError, LogUnavailableError while the copies are behind
   */
  async readLast(topic: string, partition: number): Promise<LogRecord | null> {
    const { earliest, end } = await this.copiedBounds(topic, partition);
    for (let from = end - 1, to = end; to > earliest; to = from, from -= STEP_BACK) {
      const records = await this.read(topic, partition, Math.max(from, earliest), end - Math.max(from, earliest));
      const last = records.at(-1);
      if (last) return last;
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

  private async copiedBounds(topic: string, partition: number): Promise<PartitionBounds> {
    const known = await this.partitionBounds(topic, partition);
    const leaderEnd = await this.leaderEnd(topic, partition);
    if (known.end >= leaderEnd) return known;
    for (let attempt = 1; attempt <= COPY_ATTEMPTS; attempt += 1) {
      await delay(COPY_PAUSE_MS);
      const bounds = await this.partitionBounds(topic, partition);
      if (bounds.end >= leaderEnd) return bounds;
    }
    throw new LogUnavailableError(`The newest records of ${topic}/${partition} are not on enough brokers yet`);
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

  /** Records from an offset on; the broker hands over whole batches, so those before the offset are cut off. */
  private fetch(topic: string, partition: number, fromOffset: number): Promise<FetchedMessage[]> {
    return this.use(async (cluster) => {
      const broker = await leaderOf(cluster, topic, partition);
      const { responses } = await broker.fetch({
        maxWaitTime: FETCH_WAIT_MS,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        isolationLevel: READ_COMMITTED,
        rackId: '',
        topics: [{ topic, partitions: [{ partition, fetchOffset: String(fromOffset), maxBytes: FETCH_BYTES }] }],
      });
      const messages = responses[0]?.partitions[0]?.messages ?? [];
      return messages.filter(({ offset }) => Number(offset) >= fromOffset);
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
