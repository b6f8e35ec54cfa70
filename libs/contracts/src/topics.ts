/** The topic of order events; key = order id, record time stamp = event time, value = UTF-8 JSON of an order event. */
export const ORDERS_TOPIC = 'FakeEcommOrders';

/** Records too late for every window they belong to, unchanged, with headers that say where they came from. */
export const LATE_TOPIC = `${ORDERS_TOPIC}.late`;

/** Records that could not be read as an order event, with their raw bytes and headers that say where and why. */
export const DEAD_LETTER_TOPIC = `${ORDERS_TOPIC}.dlq`;

/**
 * The window aggregator's checkpoints, compacted: the state of source partition p is on partition p, published by its one
 * owner. Restored from by whoever comes next, and read along by every other instance.
 */
export const SNAPSHOT_TOPIC = `${ORDERS_TOPIC}.snapshot`;

/** Partitions of every topic. A late or dead record of source partition p goes to partition p. */
export const PARTITION_COUNT = 4;

/** The largest value of a record, in bytes (inclusive); a larger one is a dead letter. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** How far an event's time may lie ahead of the reader's clock, in ms (inclusive); beyond it the record is a dead letter. */
export const MAX_FUTURE_MS = 60_000;

/** Headers of records on the orders topic, set by the producer. Values are decimal numbers as UTF-8 text. */
export const EVENT_HEADERS = {
  /** The event's sequence number in the order API's feed. */
  sequence: 'sequence',
  /** The feed cursor (exclusive) from which the batch of this record was read: every event up to it is on the topic. */
  after: 'after',
} as const;

/** Headers of records on the late and dead-letter topics. */
export const REJECTED_HEADERS = {
  topic: 'source-topic',
  /** The topic's identity, as the event log gives it: tells it from another one of the same name. */
  topicId: 'source-topic-id',
  partition: 'source-partition',
  offset: 'source-offset',
  timestampMs: 'source-timestamp-ms',
  errorCode: 'error-code',
  errorMessage: 'error-message',
} as const;
