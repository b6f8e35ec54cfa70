import type { TopicSpec } from '@orderpulse/event-log';
import { z } from 'zod';
import declaration from '../../../../infra/kafka/topics.json';

const HOUR_MS = 3_600_000;

const topicShape = {
  name: z.string().min(1),
  partitions: z.number().int().positive(),
  maxRecordBytes: z.number().int().positive(),
};

const topicsSchema = z.strictObject({
  topics: z.array(
    z.union([
      z.strictObject({ ...topicShape, retentionHours: z.number().positive() }),
      z.strictObject({ ...topicShape, compacted: z.literal(true) }),
    ]),
  ),
});

/** The topics as infra/kafka/topics.json declares them. */
export function declaredTopics(replicationFactor: number): TopicSpec[] {
  return topicsSchema.parse(declaration).topics.map(({ name, partitions, maxRecordBytes, ...keeping }) => ({
    name,
    partitions,
    replicationFactor,
    maxRecordBytes,
    ...('compacted' in keeping
      ? { compacted: true, retentionMs: Infinity }
      : { retentionMs: keeping.retentionHours * HOUR_MS }),
  }));
}
