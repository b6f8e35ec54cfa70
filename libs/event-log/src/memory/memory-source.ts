import { partitionKey } from '../core/fair-share';
import type { PartitionSource, ReadLimits } from '../core/partition-source';
import type { PartitionBounds, RecordBatch } from '../port';
import type { MemoryBroker } from './memory-broker';

/** How consumers read a log in memory. */
export class MemorySource implements PartitionSource {
  constructor(private readonly broker: MemoryBroker) {}

  async partitionCount(topic: string): Promise<number | null> {
    return this.broker.partitionCount(topic);
  }

  async bounds(topic: string, partition: number): Promise<PartitionBounds> {
    const { earliest, end } = this.broker.partition(topic, partition);
    return { partition, topicId: this.broker.topic(topic).id, earliest, end };
  }

  async committed(groupId: string, topic: string, partition: number): Promise<number | null> {
    return this.broker.group(groupId).committed.get(partitionKey({ topic, partition })) ?? null;
  }

  async commit(groupId: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    this.broker.group(groupId).committed.set(partitionKey({ topic, partition }), nextOffset);
  }

  async read(topic: string, partition: number, fromOffset: number, limits: ReadLimits): Promise<RecordBatch> {
    return this.broker.partition(topic, partition).read(fromOffset, limits);
  }
}
