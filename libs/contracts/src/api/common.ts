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
    /** Epoch ms: the instant the answer is about; windows end at it (exclusive). */
    asOf: z.number().int(),
    source: z.enum(['stores', 'pinot', 'postgres']),
    /** Epoch ms of the newest event time that is in the answer's source; null when it has read nothing yet. */
    watermarkMs: z.number().int().nullable(),
    /** Records on the topic not yet read by the source; null when it cannot be told. */
    lag: z.number().int().nullable(),
    /** Late records since ever; null where the source does not count them. */
    late: z.number().int().nullable(),
    /** True when a partition, an instance or a server did not answer. */
    partial: z.boolean(),
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
