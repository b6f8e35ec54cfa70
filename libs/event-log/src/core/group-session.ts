import type { TopicPartition } from './fair-share';

/**
 * One member's stay in a consumer group, from joining to leaving or to the loss of its connection. Partitions are locked: the
 * log gives a lock to one session at a time and frees the locks of a session that ends, however it ends.
 */
export interface GroupSession {
  /** Tells the group that this member lives and returns the members alive, this one included, by their ids. */
  heartbeat(): Promise<readonly string[]>;
  readonly memberId: string;
  /** False at once when another session holds the partition. */
  tryLock(partition: TopicPartition): Promise<boolean>;
  unlock(partition: TopicPartition): Promise<void>;
  /** True when the group may have given this member's partitions to others: it must not handle anything more. */
  isLost(): boolean;
  /** Frees every lock and tells the group. Never rejects. */
  leave(): Promise<void>;
}

/** What a session tells its consumer about. */
export interface GroupEvents {
  /** Members came or went, or a lock was freed. */
  onGroupChange(): void;
  /** Records were appended; partitions of null means any. */
  onAppend(topic: string, partitions: readonly number[] | null): void;
  /** The session has ended by itself. */
  onLost(): void;
}

/** Joins a group. */
export type JoinGroup = (options: {
  groupId: string;
  sessionTimeoutMs: number;
  events: GroupEvents;
}) => Promise<GroupSession>;
