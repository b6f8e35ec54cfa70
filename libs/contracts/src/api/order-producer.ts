import { z } from 'zod';

/** GET /status of the order producer. */
export const producerStatusSchema = z
  .object({
    state: z.enum(['starting', 'recovering', 'publishing', 'waiting']),
    /** Feed cursor: every event up to it (inclusive) is on the topic. */
    cursor: z.number().int().nullable(),
    /** Highest sequence number in the feed; null before the first answer. */
    latestSequence: z.number().int().nullable(),
    lag: z.number().int().nullable(),
    /** Since this process started. */
    published: z.number().int(),
    skipped: z.number().int(),
    /** Events that retention had removed from the feed before they were published. */
    gap: z.number().int(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'ProducerStatus' });
export type ProducerStatus = z.infer<typeof producerStatusSchema>;
