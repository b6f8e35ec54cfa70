import { describeError } from '../../core/failure';
import { isRetriable } from '../../core/patiently';
import { delay } from '../../core/signal';
import { UnknownTopicError } from '../../errors';
import { isOutOfRange, toLogError } from '../kafka-errors';
import type { KafkaReader } from '../kafka-reader';
import type { TopicMetadata } from '../topic-metadata';
import { BrokerFetcher } from './broker-fetcher';
import type { FetchConnection } from './fetch-connection';
import type { PartitionFeed } from './partition-feed';

/** Between two attempts of what failed, in ms. */
const PAUSE_MS = 200;
/** Leaders move within so many ms; what lasts longer is worth telling. */
const PROBLEM_MS = 10_000;

export interface KafkaFetcherOptions {
  /** A connection to one broker, which opens when first used. */
  connect: (nodeId: number) => Pick<FetchConnection, 'fetch' | 'drop'>;
  log: Pick<KafkaReader, 'topics' | 'partitionBounds'>;
  /** Of one partition in one fetch, unless a batch is larger. */
  partitionBytes: number;
  /** An error that trying again does not help. */
  onFailure: (error: unknown) => void;
  /** A topic is not there any more, though there may be another one of its name. */
  onTopicGone: (error: UnknownTopicError) => void;
}

/**
 * Fills partitions with what the brokers that lead them have, and follows their leaders. An offset that the log does not have (any
 * more) makes a partition go on at the log's start: the owner learns it from the offsets, as with any other hole.
 */
export class KafkaFetcher {
  private readonly feeds = new Set<PartitionFeed>();
  /** Those whose leader is still to be found. */
  private readonly unplaced = new Set<PartitionFeed>();
  private readonly brokers = new Map<number, BrokerFetcher>();
  private placing = false;

  constructor(private readonly options: KafkaFetcherOptions) {}

  add(feed: PartitionFeed): void {
    this.feeds.add(feed);
    this.place(feed);
  }

  /** Nothing more is fetched for it; what has been fetched is handed over still. */
  remove(feed: PartitionFeed): void {
    this.feeds.delete(feed);
    this.unplaced.delete(feed);
    for (const broker of this.brokers.values()) broker.remove(feed);
  }

  /** What keeps a partition from being read, when that has lasted; else null. */
  problem(): string | null {
    const before = performance.now() - PROBLEM_MS;
    for (const { key, problem } of this.feeds)
      if (problem && problem.sinceMs < before) return `${key}: ${problem.reason}`;
    return null;
  }

  async close(): Promise<void> {
    this.feeds.clear();
    this.unplaced.clear();
    await Promise.all([...this.brokers.values()].map((broker) => broker.close()));
  }

  private place(feed: PartitionFeed): void {
    this.unplaced.add(feed);
    if (this.placing) return;
    this.placing = true;
    void this.placeAll();
  }

  private async placeAll(): Promise<void> {
    while (this.unplaced.size > 0) {
      const feeds = [...this.unplaced];
      try {
        const topics = await this.options.log.topics([...new Set(feeds.map(({ partition }) => partition.topic))]);
        for (const feed of feeds) this.assign(feed, topics.get(feed.partition.topic));
      } catch (error) {
        if (error instanceof UnknownTopicError) this.options.onTopicGone(error);
        for (const feed of feeds) this.note(feed, error);
      }
      if (feeds.some((feed) => this.unplaced.has(feed))) await delay(PAUSE_MS);
    }
    this.placing = false;
  }

  private assign(feed: PartitionFeed, topic: TopicMetadata | undefined): void {
    // It may have gone while the leaders were asked for.
    if (!this.unplaced.has(feed)) return;
    const { partition } = feed;
    if (topic?.topicId !== feed.topicId) {
      const error = new UnknownTopicError(`Topic ${partition.topic} was deleted and made again`);
      feed.note(error.message);
      this.options.onTopicGone(error);
      return;
    }
    const leader = topic.leaders.get(partition.partition);
    if (leader === undefined) {
      feed.note('it has no leader');
      return;
    }
    this.unplaced.delete(feed);
    this.brokerOf(leader).add(feed);
  }

  private brokerOf(nodeId: number): BrokerFetcher {
    const { connect, partitionBytes } = this.options;
    const broker =
      this.brokers.get(nodeId) ??
      new BrokerFetcher(connect(nodeId), partitionBytes, (feed, error) => void this.retry(feed, error));
    this.brokers.set(nodeId, broker);
    return broker;
  }

  /** After a pause, since who leads now may not be known everywhere at once. */
  private async retry(feed: PartitionFeed, error: unknown): Promise<void> {
    const isOut = isOutOfRange(error);
    if (!isOut && !this.note(feed, toLogError(error))) return;
    await delay(PAUSE_MS);
    if (isOut) await this.moveIntoRange(feed);
    if (this.feeds.has(feed)) this.place(feed);
  }

  /** A log that begins above the offset has a gap; one that ends below it is another one, or was cut. */
  private async moveIntoRange(feed: PartitionFeed): Promise<void> {
    const { topic, partition } = feed.partition;
    while (this.feeds.has(feed)) {
      try {
        const { earliest, end } = await this.options.log.partitionBounds(topic, partition);
        if (feed.position < earliest || feed.position > end) feed.moveTo(earliest);
        return;
      } catch (error) {
        if (this.note(feed, error)) await delay(PAUSE_MS);
      }
    }
  }

  /** Notes what went wrong; false when trying again does not help, which ends this partition. */
  private note(feed: PartitionFeed, error: unknown): boolean {
    if (isRetriable(error)) {
      feed.note(describeError(error));
      return true;
    }
    this.remove(feed);
    this.options.onFailure(error);
    return false;
  }
}
