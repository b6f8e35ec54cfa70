import {
  DEAD_LETTER_TOPIC,
  LATE_TOPIC,
  MAX_EVENT_BYTES,
  ORDERS_TOPIC,
  PARTITION_COUNT,
  SNAPSHOT_TOPIC,
} from '@orderpulse/contracts';
import { declaredTopics } from './topics';

describe('the declared topics', () => {
  const topics = declaredTopics(3);

  it('are the four of the contract, each with its partitions', () => {
    expect(topics.map((topic) => topic.name)).toEqual([ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]);
    expect(topics.every((topic) => topic.partitions === PARTITION_COUNT)).toBe(true);
    expect(topics.every((topic) => topic.replicationFactor === 3)).toBe(true);
  });

  it('take records over the largest event, so that one too large can be told apart and dead-lettered with its bytes', () => {
    const [orders, late, dead] = topics.map((topic) => topic.maxRecordBytes);
    expect(orders).toBeGreaterThan(2 * MAX_EVENT_BYTES);
    expect(late).toBeGreaterThan(orders ?? Infinity);
    expect(dead).toBeGreaterThan(orders ?? Infinity);
  });

  it('keep records for hours, or the newest of each key, and nothing for ever', () => {
    for (const topic of topics.filter(({ compacted }) => !compacted))
      expect(topic.retentionMs).toBeLessThanOrEqual(7 * 24 * 3_600_000);
    expect(topics.filter(({ compacted }) => compacted).map(({ name }) => name)).toEqual([SNAPSHOT_TOPIC]);
  });
});
