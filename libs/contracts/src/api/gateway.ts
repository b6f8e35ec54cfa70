import { z } from 'zod';
import { asOfQuerySchema } from './aggregator';
import { shopStatusSchema } from './order-api';

/** Problem code (status 410) of an overview whose windows have expired in the stores: ask the SQL side instead. */
export const WINDOW_NOT_VISIBLE = 'WINDOW_NOT_VISIBLE';

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An IANA time zone such as Europe/Berlin. Fixed offsets (+02:00) are refused: not every engine knows them. */
export const timeZoneSchema = z
  .string()
  .refine(
    (name) => name.length <= 100 && /^[A-Za-z]/.test(name) && isTimeZone(name),
    'must be an IANA time zone such as Europe/Berlin',
  );

/** GET /orders/ordersperminute?asOf&tz ; tz shapes `timestamp` only. */
export const ordersPerMinuteQuerySchema = asOfQuerySchema.extend({ tz: timeZoneSchema.default('UTC') });
export type OrdersPerMinuteQuery = z.infer<typeof ordersPerMinuteQuerySchema>;

/** Data of the event `unavailable` of GET /orders/live: this second has no figures; the stream goes on. */
export const liveUnavailableSchema = z
  .object({
    /** Epoch ms of the second without figures. */
    asOf: z.number().int(),
    reason: z.string(),
  })
  .meta({ id: 'LiveUnavailable' });
export type LiveUnavailable = z.infer<typeof liveUnavailableSchema>;

/** The hops from a posted order to the figures, in the order an event passes them. */
export const HOP_NAMES = ['order-api', 'order-producer', 'topic', 'aggregator', 'sql'] as const;
export const hopNameSchema = z.enum(HOP_NAMES);
export type HopName = z.infer<typeof hopNameSchema>;

/**
 * ok: works and moves; idle: works, nothing has come for 30 s; stalled: has work and has not moved for 5 s;
 * down: does not answer or says it cannot work.
 */
export const hopStateSchema = z
  .enum(['ok', 'idle', 'stalled', 'down'])
  .describe(
    'ok: works and moves; idle: works, nothing has come for 30 s; stalled: has work and has not moved for 5 s; down: does ' +
      'not answer or says it cannot work.',
  );
export type HopState = z.infer<typeof hopStateSchema>;

export const hopSchema = z
  .object({
    name: hopNameSchema,
    state: hopStateSchema,
    ratePerSecond: z
      .number()
      .nullable()
      .describe('Events a second since the sample before; null on the first one and where it is not counted.'),
    lag: z.number().int().nullable().describe('Events that wait before this hop; null when it cannot be told.'),
    watermarkMs: z
      .number()
      .int()
      .nullable()
      .describe('Epoch ms of the newest event time the hop has seen; null when it cannot be told.'),
    unchangedSinceMs: z
      .number()
      .int()
      .nullable()
      .describe('Epoch ms since when the hop’s counter has not moved; null when it is not known.'),
    message: z.string().nullable().describe('Why it is not ok, or what to know about it.'),
  })
  .meta({ id: 'Hop' });
export type Hop = z.infer<typeof hopSchema>;

/** GET /status of the gateway: one entry per hop, in the order of HOP_NAMES. */
export const pipelineStatusSchema = z
  .object({
    /** When it was gathered, epoch ms. */
    asOf: z.number().int(),
    hops: z.array(hopSchema),
    shop: shopStatusSchema.shape.state
      .nullable()
      .describe('State of the simulated shop: paused, it makes no new orders; null when the order API does not say.'),
  })
  .meta({ id: 'PipelineStatus' });
export type PipelineStatus = z.infer<typeof pipelineStatusSchema>;
