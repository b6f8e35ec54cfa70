import { DEFAULT_PORTS } from '@orderpulse/contracts';
import { databaseSettings, eventLogSettings, serverSettings, serviceUrlSetting } from '@orderpulse/service-kit';
import { z } from 'zod';

/** Every setting of the order producer. */
export const orderProducerSettings = z.object({
  ...serverSettings(DEFAULT_PORTS.orderProducer),
  ...databaseSettings,
  ...eventLogSettings,
  ORDER_API_URL: serviceUrlSetting(DEFAULT_PORTS.orderApi, 'The order API, whose feed is published'),
  FEED_WAIT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(20_000)
    .default(10_000)
    .describe('How long the feed may hold an empty answer back, in ms'),
  BATCH_EVENTS: z.coerce.number().int().min(1).max(1_000).default(500).describe('Most events of one batch'),
});

export type OrderProducerConfig = z.infer<typeof orderProducerSettings>;
