import type { PartitionBounds, RecordBatch } from '../port';

/** How much one read takes at most; at least one record is taken whatever its size. */
export interface ReadLimits {
  maxRecords: number;
  /** Of the values, in bytes. */
  maxBytes: number;
}

/** What a consumer reads from: the log seen by one adapter. Every call may reject with a retriable EventLogError. */
export interface PartitionSource {
  /** Partitions of a topic, or null when there is no such topic. */
  partitionCount(topic: string): Promise<number | null>;
  bounds(topic: string, partition: number): Promise<PartitionBounds>;
  committed(groupId: string, topic: string, partition: number): Promise<number | null>;
  commit(groupId: string, topic: string, partition: number, nextOffset: number): Promise<void>;
  /** Records from `fromOffset` (inclusive), from the earliest one when that lies above it; none when nothing but holes is left. */
  read(topic: string, partition: number, fromOffset: number, limits: ReadLimits): Promise<RecordBatch>;
}
