import { z } from 'zod';

/** RFC 9457 problem details: the body of every error answer. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    /** Stable machine-readable code, such as BAD_REQUEST or ENGINE_UNAVAILABLE. */
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    /** One entry per bad field. */
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** Where an answer comes from and how far it can be trusted. */
export const metaSchema = z
  .object({
    asOf: z.number().int().describe('Epoch ms: the instant the answer is about; windows end at it (exclusive).'),
    source: z
      .enum(['stores', 'pinot', 'postgres'])
      .describe(
        'Who answered: the window stores, or SQL (pinot, postgres). /orders/overview answers from SQL when the windows of ' +
          'asOf have left the stores, about 5 minutes after their end.',
      ),
    watermarkMs: z
      .number()
      .int()
      .nullable()
      .describe('Epoch ms of the newest event time that the source has read; null when it has read nothing yet.'),
    lag: z
      .number()
      .int()
      .nullable()
      .describe(
        'Records on the topic that the source had not read at its last look, about a second ago; null when it cannot be told. ' +
          'From the stores that means that the log does not answer; the figures are of what was read before.',
      ),
    late: z
      .number()
      .int()
      .nullable()
      .describe(
        'Records since the stores began that came after their windows had closed and count in none; null where the source ' +
          'does not count them.',
      ),
    partial: z
      .boolean()
      .describe('True when a partition, an instance or a server did not answer: the figures may be too small.'),
  })
  .meta({ id: 'Meta' });
export type Meta = z.infer<typeof metaSchema>;

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'starting', 'unavailable']),
    /** One entry per check; reason is given when it is not ok. */
    checks: z.record(z.string(), z.object({ ok: z.boolean(), reason: z.string().optional() })),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;
