/** Second keys and classes of the log's advisory locks. Two-key locks leave one-key locks to others. */
export const LOCK_CLASS = {
  /** Second key 0: schema and topics; 1: retention and compaction. */
  maintenance: 0x4f4c0000,
  /** Second key: the member's id. */
  member: 0x4f4c0001,
  /** Plus the group's id. Second key: topic id · 4,096 + partition. */
  firstGroup: 0x4f4c0100,
} as const;

/** Channels of NOTIFY. */
export const CHANNELS = {
  /** Payload: partitions with commas, a slash, the topic's name. */
  append: 'event_log_append',
  /** Payload: the group's name, or empty when every group is meant. */
  group: 'event_log_group',
} as const;

/** SQLSTATEs of the log's own functions. */
export const STATE = {
  /** There is no such topic or partition. */
  unknownPartition: 'OL001',
  /** A newer producer of the name was opened. */
  fenced: 'OL002',
  /** The append's producer has given it up meanwhile. */
  givenUp: 'OL003',
} as const;
