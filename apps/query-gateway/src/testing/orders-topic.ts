import { ORDERS_TOPIC } from '@orderpulse/contracts';
import type { TopicSpec } from '@orderpulse/event-log';

/** The orders topic as tests make it. */
export const ordersTopic: TopicSpec = {
  name: ORDERS_TOPIC,
  partitions: 4,
  replicationFactor: 1,
  retentionMs: 3_600_000,
  maxRecordBytes: 4_194_304,
};
