import type { ConsumerHandlers, RecordBatch } from '../port';
import { KafkaAssignment } from './kafka-assignment';

const batch: RecordBatch = {
  topic: 'orders',
  topicId: 'one',
  partition: 0,
  records: [],
  fromOffset: 0,
  nextOffset: 1,
  endOffset: 1,
};

describe('A partition in the hands of a member of a Kafka group', () => {
  let lost: boolean;
  let handed: number;
  let assignment: KafkaAssignment;

  beforeEach(() => {
    lost = false;
    handed = 0;
    const handlers: ConsumerHandlers = {
      onAssigned: async () => 'earliest',
      onRevoked: async () => undefined,
      onBatch: async (_batch, context) => {
        if (!context.isStale()) handed += 1;
      },
    };
    assignment = new KafkaAssignment({ topic: 'orders', partition: 0 }, handlers, () => lost);
  });

  it('gets its batches while the group hears of the member', async () => {
    expect(await assignment.handle(batch)).toBe(true);
    expect(handed).toBe(1);
  });

  it('gets none any more once the member was lost, even when the group is heard of again', async () => {
    lost = true;
    expect(await assignment.handle(batch)).toBe(false);
    lost = false;
    expect(await assignment.handle(batch)).toBe(false);
    expect(assignment.isStale()).toBe(true);
    expect(handed).toBe(0);
  });

  it('stays lost when only the running batch has seen it', async () => {
    const work = assignment.handle(batch);
    lost = true;
    expect(assignment.isStale()).toBe(true);
    lost = false;
    await work;
    expect(await assignment.handle(batch)).toBe(false);
  });
});
