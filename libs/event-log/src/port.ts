/**
 * The port of the event log: a partitioned, append-only log of records with dense offsets per partition.
 * Three adapters stand behind it (kafka, postgres, memory) and pass one conformance suite (testing.ts).
 */

/** Header values are bytes; text headers are UTF-8. */
export type RecordHeaders = Readonly<Record<string, Uint8Array>>;

/** A record to append. */
export interface NewRecord {
  partition: number;
  key: string | null;
  value: Uint8Array | null;
  headers?: Readonly<Record<string, string | Uint8Array>>;
  /** Epoch ms. */
  timestampMs: number;
}

/** A record as it stands in the log. */
export interface LogRecord {
  topic: string;
  partition: number;
  offset: number;
  key: string | null;
  value: Uint8Array | null;
  headers: RecordHeaders;
  /** Epoch ms, as given by whoever appended it. */
  timestampMs: number;
}

/**
 * Consecutive records of one partition, in offset order. Offsets rise, and may leave holes: compaction takes records away, and
 * what ends an atomic append takes an offset of its own in Kafka. So the place to go on is nextOffset, not a sum of counts.
 */
export interface RecordBatch {
  topic: string;
  /** The topic's identity: see PartitionBounds. */
  topicId: string;
  partition: number;
  /** May be none, where there was nothing but a hole. */
  records: readonly LogRecord[];
  /**
   * Where reading began (inclusive). Of batches handed to an owner: where the one before ended or what onAssigned gave, unless the log
   * began above that by then. Who finds more before it than that has missed a batch.
   */
  fromOffset: number;
  /** Where reading goes on after this batch: above the last record's offset, and above a hole that was seen behind it. */
  nextOffset: number;
  /** The partition's end (exclusive) as known when the batch was read; endOffset − nextOffset is the lag. */
  endOffset: number;
}

export interface TopicSpec {
  name: string;
  partitions: number;
  /** Copies of each partition; adapters with one machine take 1. */
  replicationFactor: number;
  /**
   * How long records stay, by their time stamps, in ms. They go oldest first; the newest of a partition may stay longer. Does not
   * apply to a compacted topic.
   */
  retentionMs: number;
  /** Largest record in bytes (inclusive), key and value and headers. */
  maxRecordBytes: number;
  /**
   * Whether the topic keeps the newest record of every key for ever and gives up, sooner or later, those that a newer one of
   * their key on the same partition replaces. Every record has a key then. A record whose value is null (a tombstone) goes too,
   * TOMBSTONE_RETENTION_MS after it was appended at the earliest. What stays keeps its offset and its order. Default false.
   */
  compacted?: boolean;
}

/**
 * How long tombstones stay in a compacted topic at least, in ms. Who reads it from the earliest offset to the end within this time
 * knows the newest value of every key; who has been away from the end for longer may have missed tombstones, and begins anew.
 */
export const TOMBSTONE_RETENTION_MS = 600_000;

/**
 * No record stands below earliest; end is exclusive, and above every record that a reader can see now; equal when the partition is
 * empty. In a compacted topic the first record may stand above earliest.
 */
export interface PartitionBounds {
  partition: number;
  /**
   * The identity of the topic, never empty: a topic that was deleted and made again has the name of the one before and another
   * identity, so what is known of offsets of the one says nothing about the other.
   */
  topicId: string;
  earliest: number;
  end: number;
}

export interface EventLogProducer {
  /**
   * Appends records, in order per partition, and resolves when all are durable on every partition. One call at a time
   * is in flight; calls wait their turn. When it rejects as unavailable, a prefix of each partition's records may have been appended.
   * @throws UnknownTopicError, RecordTooLargeError, InvalidRecordError (nothing of the call is appended), LogUnavailableError
   * (retriable)
   */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Appends on behalf of the one owner of something. Of all producers opened under one name only the newest can append: see
 * EventLog.exclusiveProducer.
 */
export interface ExclusiveProducer {
  /**
   * Appends all of the records or none, however many and large they are, and resolves once it is decided for good that they are
   * there. Readers see them some ms later, those of one partition all at once. Calls wait their turn, and their records stand in the
   * order of the calls.
   *
   * When it rejects with LogUnavailableError, the log may have taken them all the same: all of them or none. The producer finds
   * out, or sees to it that it is none, before anything else: whatever a later call appends stands behind them. Once a later call
   * has resolved (one without records does nothing else), the outcome is final, and readLast shows it.
   * When it rejects with FencedError, all of the records had been there before the newer producer was opened, or none ever will be.
   * Every later call rejects so too. With any other error nothing was appended and nothing will be.
   * @throws FencedError, UnknownTopicError, RecordTooLargeError, InvalidRecordError, LogUnavailableError (retriable)
   */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** After the calls made. What is still open is settled if the log answers, else by the log itself, within half a minute. */
  close(): Promise<void>;
}

/** The offset to read first (inclusive), or 'committed': the group's committed offset, else earliest. */
export type WantedStart = number | 'earliest' | 'latest' | 'committed';

/** What a consumer's owner decides and learns. All callbacks of one consumer are serialised per partition. */
export interface ConsumerHandlers {
  /**
   * A partition has come to this member. Says where reading begins; nothing is read from the partition before it resolves.
   *
   * All batches up to onRevoked are of one topic, and none is of a later one than that of which bounds() tells when asked in here.
   * Once the topic was deleted and made again the partition is revoked and assigned anew.
   */
  onAssigned(topic: string, partition: number): Promise<WantedStart>;
  /**
   * The partition has left this member; its last batch has been handled or abandoned. In Kafka the next owner may begin
   * meanwhile; the other adapters give the partition on after this has resolved.
   */
  onRevoked(topic: string, partition: number): Promise<void>;
  /**
   * Handles a batch. Resolving takes it as done in memory (the position moves on); it commits nothing by itself.
   * Rejecting stops the consumer: `failed` of the consumer rejects with the error.
   */
  onBatch(batch: RecordBatch, context: BatchContext): Promise<void>;
}

export interface BatchContext {
  /** True when the partition was revoked, the session has timed out, or the consumer is stopping: stop handling soon. */
  isStale(): boolean;
  /** Tells the group that this member lives; call at least every 1,000 records of slow work. */
  heartbeat(): Promise<void>;
}

export interface ConsumerOptions {
  groupId: string;
  topics: readonly string[];
  /** Upper bound of a batch's values, in bytes; at least one record is handed over whatever its size. Default 1 MiB. */
  maxBatchBytes?: number;
  /** Default 1,000. */
  maxBatchRecords?: number;
  /**
   * True: the owner is done with a batch's records when onBatch has resolved or rejected, and copies what it keeps of them (copyRecord).
   * Their memory may be written over then, which is what makes reading fast. Default false.
   */
  transientRecords?: boolean;
  /** A member that is silent for so long loses its partitions, in ms. Default 10,000. */
  sessionTimeoutMs?: number;
  /**
   * The member's name over all its lives, unique in the group. One that was killed and starts again then takes its own place at
   * once, where the log would else wait for the session of its former life to end. Logs that see a process end need no name.
   */
  instanceId?: string;
}

export interface EventLogConsumer {
  /**
   * Joins the group and begins to read; resolves when joined and every topic exists, or when stopped. Members of one group
   * share the partitions; when one goes, the others take over. While the log or a topic is missing it keeps trying and does
   * not reject: who must not wait for it looks at status() instead.
   */
  start(handlers: ConsumerHandlers): Promise<void>;
  /**
   * Commits the group's offset for a partition (the next offset to read): a hint for lag displays and 'committed'. Does nothing
   * for a partition that is not this member's any more. @throws LogUnavailableError
   */
  commit(topic: string, partition: number, nextOffset: number): Promise<void>;
  /** Rejects when consumption has ended by an error; never resolves. Nobody has to look at it. */
  readonly failed: Promise<never>;
  /** Connected and joined, or the reason why not. */
  status(): { ok: true } | { ok: false; reason: string };
  /** Leaves the group after the running batch, within 5 s. Revokes every partition first. */
  stop(): Promise<void>;
}

export interface EventLogAdmin {
  /**
   * Creates what is missing, changes retention, compaction and the largest record of what exists, and says what it did. Idempotent.
   * Never deletes a topic.
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<{ created: string[]; changed: string[] }>;
  /** Partitions of a topic, or null when there is no such topic. */
  partitionCount(topic: string): Promise<number | null>;
  bounds(topic: string): Promise<PartitionBounds[]>;
  /** First offset (inclusive) whose record time is ≥ timestampMs; the end when there is none. */
  offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number>;
  /** Committed next offsets of a group, null per partition without one. */
  committedOffsets(groupId: string, topic: string): Promise<{ partition: number; nextOffset: number | null }[]>;
  /**
   * Up to `limit` records from `fromOffset` (inclusive; the earliest one when that lies above it) without joining a group, never
   * those of an atomic append that is not decided or was given up. Fewer only when the end is reached. Who reads on and on goes
   * from nextOffset to nextOffset; nextOffset ≥ endOffset says that this was all there is now. Before that each call gets on,
   * also when it finds nothing but holes.
   */
  read(topic: string, partition: number, fromOffset: number, limit: number): Promise<RecordBatch>;
  /**
   * The last record of a partition, or null when it is empty. Nothing that the partition's leader has taken stands behind it unread,
   * not even of an append that rejected, and no atomic append behind it is undecided.
   * @throws LogUnavailableError while that cannot be said
   */
  readLast(topic: string, partition: number): Promise<LogRecord | null>;
  /** Resolves when the log answers. @throws LogUnavailableError */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The port. One object a process; it owns the connections and closes what it made. */
export interface EventLog {
  readonly kind: 'kafka' | 'postgres' | 'memory';
  producer(): EventLogProducer;
  /**
   * Opens a producer that fences every one opened before under this name, by whatever process: from now on their appends reject
   * with FencedError and none of their records becomes visible any more, even if a process was frozen in the middle of an append and
   * wakes later. Resolves when whatever they had begun is decided, so who reads to the end afterwards has all that they will
   * ever have appended. A name is for one purpose; who may open it is for the callers to agree on (a consumer group, say).
   * @param name not empty
   * @throws LogUnavailableError, UnknownTopicError where no topic was ever made (both retriable); FencedError when others are
   * being opened at the same time
   */
  exclusiveProducer(name: string): Promise<ExclusiveProducer>;
  consumer(options: ConsumerOptions): EventLogConsumer;
  admin(): EventLogAdmin;
  close(): Promise<void>;
}

/** Injection token of the port in Nest modules. */
export const EVENT_LOG = Symbol('EventLog');
