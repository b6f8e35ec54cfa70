import type { TopicSpec } from '@orderpulse/event-log';
import { z } from 'zod';
import declaration from '../../../../infra/kafka/topics.json';

const HOUR_MS = 3_600_000;

const topicsSchema = z.strictObject({
  topics: z.array(
    z.strictObject({
      name: z.string().min(1),
      partitions: z.number().int().positive(),
      retentionHours: z.number().positive(),
      maxRecordBytes: z.number().int().positive(),
    }),
  ),
});

/** The topics as infra/kafka/topics.json declares them. */
export function declaredTopics(replicationFactor: number): TopicSpec[] {
  return topicsSchema.parse(declaration).topics.map(({ name, partitions, retentionHours, maxRecordBytes }) => ({
    name,
    partitions,
    replicationFactor,
    retentionMs: retentionHours * HOUR_MS,
    maxRecordBytes,
  }));
}
