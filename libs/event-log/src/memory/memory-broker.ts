import { partitionKey } from '../core/fair-share';
import { checkRecords, encodeHeaders } from '../core/records';
import { FencedError, LogUnavailableError, UnknownTopicError } from '../errors';
import type { NewRecord, TopicSpec } from '../port';
import { MemoryGroup } from './memory-group';
import { MemoryPartition } from './memory-partition';

interface MemoryTopic {
  id: string;
  spec: TopicSpec;
  partitions: MemoryPartition[];
}

/**
 * What several logs in memory share, as several processes share one server. Tests use it to take the server away
 * (`setAvailable`) and to cut connections (`dropConnections`).
 */
export class MemoryBroker {
  private readonly topics = new Map<string, MemoryTopic>();
  private readonly groups = new Map<string, MemoryGroup>();
  /** How often exclusive producers were opened, by their names. */
  private readonly epochs = new Map<string, number>();
  /** Topics that there ever were. */
  private made = 0;
  private available = true;

  /** @param now the clock of retention, epoch ms */
  constructor(private readonly now: () => number = Date.now) {}

  /** While false every call fails with LogUnavailableError, and connections are cut. */
  setAvailable(available: boolean): void {
    this.available = available;
    if (!available) this.dropConnections();
  }

  /** Cuts the connection of every consumer; they join again by themselves. */
  dropConnections(): void {
    for (const group of this.groups.values()) group.dropAll();
  }

  /** @throws LogUnavailableError */
  check(): void {
    if (!this.available) throw new LogUnavailableError('The log in memory is switched off');
  }

  /** @throws UnknownTopicError */
  topic(name: string): MemoryTopic {
    this.check();
    const topic = this.topics.get(name);
    if (!topic) throw new UnknownTopicError(`There is no topic ${name}`);
    return topic;
  }

  /** @throws UnknownTopicError when there is no such topic or partition */
  partition(name: string, partition: number): MemoryPartition {
    const found = this.topic(name).partitions[partition];
    if (!found) throw new UnknownTopicError(`Topic ${name} has no partition ${partition}`);
    return found;
  }

  partitionCount(name: string): number | null {
    this.check();
    return this.topics.get(name)?.partitions.length ?? null;
  }

  group(groupId: string): MemoryGroup {
    this.check();
    const group = this.groups.get(groupId) ?? new MemoryGroup();
    this.groups.set(groupId, group);
    return group;
  }

  ensure(spec: TopicSpec): 'created' | 'changed' | 'kept' {
    this.check();
    const topic = this.topics.get(spec.name);
    if (!topic) {
      const { name } = spec;
      this.made += 1;
      const id = String(this.made);
      const partitions = Array.from({ length: spec.partitions }, (_, index) => new MemoryPartition(name, id, index));
      this.topics.set(name, { id, spec: { ...spec }, partitions });
      for (const group of this.groups.values()) group.announce();
      return 'created';
    }
    const { retentionMs, maxRecordBytes, compacted = false } = spec;
    const known = topic.spec;
    const isSame = maxRecordBytes === known.maxRecordBytes && compacted === (known.compacted ?? false);
    if (isSame && (compacted || retentionMs === known.retentionMs)) return 'kept';
    topic.spec = { ...known, retentionMs, maxRecordBytes, compacted };
    this.expire(topic);
    return 'changed';
  }

  /** Deletes a topic, and what groups have committed of it. @throws UnknownTopicError */
  delete(name: string): void {
    this.topic(name).partitions.forEach((_, partition) => {
      for (const group of this.groups.values()) group.committed.delete(partitionKey({ topic: name, partition }));
    });
    this.topics.delete(name);
    for (const group of this.groups.values()) group.announce();
  }

  /** Fences every exclusive producer of this name but the one that gets the number returned. @throws LogUnavailableError */
  fence(name: string): number {
    this.check();
    const epoch = (this.epochs.get(name) ?? 0) + 1;
    this.epochs.set(name, epoch);
    return epoch;
  }

  /** @throws FencedError, LogUnavailableError */
  checkEpoch(name: string, epoch: number): void {
    this.check();
    if (this.epochs.get(name) !== epoch) throw new FencedError(`Another producer was opened as ${name}`);
  }

  /** Compacts a topic now, rather than when it has doubled. @throws UnknownTopicError */
  compact(name: string): void {
    for (const partition of this.topic(name).partitions) partition.compact();
  }

  append(name: string, records: readonly NewRecord[]): void {
    const topic = this.topic(name);
    const { maxRecordBytes, compacted = false } = topic.spec;
    checkRecords({ name, partitions: topic.partitions.length, maxRecordBytes, compacted }, records);
    for (const record of records) {
      const { partition, key, timestampMs } = record;
      // Copies, as if the bytes had gone over a wire.
      const value = record.value === null ? null : Buffer.from(record.value);
      const headers = encodeHeaders(record.headers);
      this.partition(name, partition).append({ key, value, headers, timestampMs });
    }
    this.expire(topic);
    const touched = [...new Set(records.map(({ partition }) => partition))];
    for (const group of this.groups.values()) group.notifyAppend(name, touched);
  }

  private expire(topic: MemoryTopic): void {
    if (topic.spec.compacted) {
      for (const partition of topic.partitions) if (partition.isWorthCompacting()) partition.compact();
      return;
    }
    const beforeMs = this.now() - topic.spec.retentionMs;
    for (const partition of topic.partitions) partition.expire(beforeMs);
  }
}
