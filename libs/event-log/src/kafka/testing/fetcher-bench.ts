import type { UnknownTopicError } from '../../errors';
import type { RecordBatch } from '../../port';
import { text } from '../../testing/harness';
import { FetchConnection } from '../fetch/fetch-connection';
import { KafkaFetcher } from '../fetch/kafka-fetcher';
import { PartitionFeed } from '../fetch/partition-feed';
import { createKafka } from '../kafka-client';
import { connectCluster } from '../kafka-cluster';
import { KafkaReader } from '../kafka-reader';
import { PretendKafka, TOPIC } from './pretend-kafka';

/** How long a connection may be silent, in ms. */
export const SILENCE_MS = 300;
/** Of one partition in one fetch. */
const PARTITION_BYTES = 1_000;

/** A fetcher on a pretended Kafka, and all that it has handed over. */
export class FetcherBench {
  readonly batches: RecordBatch[] = [];
  readonly failures: unknown[] = [];
  readonly gone: UnknownTopicError[] = [];
  readonly fetcher: KafkaFetcher;
  /** What the owner does with a batch, and whether it wants more then. */
  onBatch: (batch: RecordBatch) => Promise<boolean | void> = async () => undefined;
  private readonly reader: KafkaReader;

  private constructor(readonly kafka: PretendKafka) {
    const settings = { brokers: kafka.brokers };
    this.reader = new KafkaReader(createKafka(settings));
    this.fetcher = new KafkaFetcher({
      connect: (nodeId) =>
        new FetchConnection((sockets) => connectCluster(createKafka(settings, sockets)), nodeId, SILENCE_MS),
      log: this.reader,
      partitionBytes: PARTITION_BYTES,
      onFailure: (error) => this.failures.push(error),
      onTopicGone: (error) => this.gone.push(error),
    });
  }

  static async start(nodes: number, partitions: number): Promise<FetcherBench> {
    return new FetcherBench(await PretendKafka.start(nodes, partitions));
  }

  /** Begins to read a partition. */
  read(partition: number, { from = 0, transientRecords = false } = {}): PartitionFeed {
    const feed = new PartitionFeed({
      partition: { topic: TOPIC, partition },
      topicId: this.kafka.topicId,
      start: from,
      limits: { maxBatchRecords: 100, maxBatchBytes: 100_000 },
      transientRecords,
      handle: async (batch) => {
        const wantsMore = await this.onBatch(batch);
        this.batches.push(batch);
        return wantsMore ?? true;
      },
      onFailure: (error) => this.failures.push(error),
    });
    this.fetcher.add(feed);
    return feed;
  }

  /** The values of what was handed over, as they are now. */
  valuesOf(partition: number): (string | null)[] {
    return this.of(partition).flatMap(valuesIn);
  }

  offsetsOf(partition: number): number[] {
    return this.of(partition).flatMap(({ records }) => records.map(({ offset }) => offset));
  }

  async stop(): Promise<void> {
    await this.fetcher.close();
    await this.reader.close();
    await this.kafka.stop();
  }

  private of(partition: number): RecordBatch[] {
    return this.batches.filter((batch) => batch.partition === partition);
  }
}

export function valuesIn({ records }: RecordBatch): (string | null)[] {
  return records.map(({ value }) => text(value));
}
