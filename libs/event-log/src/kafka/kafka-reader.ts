import { Lifeline } from '../core/lifeline';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import type { LogRecord, PartitionBounds } from '../port';
import type { Kafka } from 'kafkajs';
import { createCluster, type FetchedMessage, type KafkaCluster } from './kafka-cluster';
import { repeatedWhileSettling, toLogError } from './kafka-errors';
import { toLogRecord } from './kafka-records';

const FETCH_BYTES = 2 * 1024 * 1024;
const FETCH_WAIT_MS = 100;
const READ_COMMITTED = 1;
/** Control records and compaction leave offsets without a record; so far back readLast looks at a time. */
const STEP_BACK = 100;

/** Reads topics, bounds and records without joining a group, over one connection of its own. */
export class KafkaReader {
  private readonly connection: Lifeline<KafkaCluster>;

  constructor(kafka: Kafka) {
    this.connection = new Lifeline(
      async () => {
        const cluster = createCluster(kafka);
        await cluster.connect();
        await cluster.refreshMetadata();
        return cluster;
      },
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
    const partitions = await this.partitions(topic);
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

  /** @throws UnknownTopicError */
  async partitionBounds(topic: string, partition: number): Promise<PartitionBounds> {
    const bounds = (await this.bounds(topic)).find((candidate) => candidate.partition === partition);
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

  /** @throws UnknownTopicError */
  async readLast(topic: string, partition: number): Promise<LogRecord | null> {
    const { earliest, end } = await this.partitionBounds(topic, partition);
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

  private async partitions(topic: string): Promise<{ partition: number }[]> {
    const count = await this.partitionCount(topic);
    if (count === null) throw new UnknownTopicError(`There is no topic ${topic}`);
    return Array.from({ length: count }, (_, partition) => ({ partition }));
  }

  /** Records from an offset on; the broker hands over whole batches, so those before the offset are cut off. */
  private fetch(topic: string, partition: number, fromOffset: number): Promise<FetchedMessage[]> {
    return this.use(async (cluster) => {
      const leader = cluster
        .findTopicPartitionMetadata(topic)
        .find(({ partitionId }) => partitionId === partition)?.leader;
      if (leader === undefined || leader < 0) throw new LogUnavailableError(`${topic}/${partition} has no leader`);
      const broker = await cluster.findBroker({ nodeId: leader });
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

async function listOffsets(
  cluster: KafkaCluster,
  topic: string,
  partitions: { partition: number }[],
  what: { fromBeginning: boolean } | { fromTimestamp: number },
): Promise<Map<number, number>> {
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...what }]);
  return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
}
