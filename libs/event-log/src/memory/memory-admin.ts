import type { EventLogAdmin, LogRecord, PartitionBounds, RecordBatch, TopicSpec } from '../port';
import type { MemoryBroker } from './memory-broker';
import { MemorySource } from './memory-source';

/** Topics, bounds and single reads of a log in memory. */
export class MemoryAdmin implements EventLogAdmin {
  private readonly source: MemorySource;

  constructor(private readonly broker: MemoryBroker) {
    this.source = new MemorySource(broker);
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<{ created: string[]; changed: string[] }> {
    const outcome: { created: string[]; changed: string[] } = { created: [], changed: [] };
    for (const spec of specs) {
      const done = this.broker.ensure(spec);
      if (done !== 'kept') outcome[done].push(spec.name);
    }
    return outcome;
  }

  async partitionCount(topic: string): Promise<number | null> {
    return this.broker.partitionCount(topic);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    const { id: topicId, partitions } = this.broker.topic(topic);
    return partitions.map(({ earliest, end }, partition) => ({ partition, topicId, earliest, end }));
  }

  async offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number> {
    return this.broker.partition(topic, partition).offsetForTime(timestampMs);
  }

  async committedOffsets(groupId: string, topic: string): Promise<{ partition: number; nextOffset: number | null }[]> {
    const { partitions } = this.broker.topic(topic);
    return Promise.all(
      partitions.map(async (_, partition) => ({
        partition,
        nextOffset: await this.source.committed(groupId, topic, partition),
      })),
    );
  }

  async read(topic: string, partition: number, fromOffset: number, limit: number): Promise<RecordBatch> {
    const limits = { maxRecords: limit, maxBytes: Number.POSITIVE_INFINITY };
    return this.broker.partition(topic, partition).read(fromOffset, limits);
  }

  async readLast(topic: string, partition: number): Promise<LogRecord | null> {
    return this.broker.partition(topic, partition).last();
  }

  async ping(): Promise<void> {
    this.broker.check();
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}
