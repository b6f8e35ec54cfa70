import { DEFAULT_PORTS, shopPresetSchema } from '@orderpulse/contracts';
import { databaseSettings, flagSetting, serverSettings } from '@orderpulse/service-kit';
import { z } from 'zod';

const hours = (fallback: number) =>
  z.coerce
    .number()
    .positive()
    .max(24 * 365)
    .default(fallback);

/** Every setting of the order API. */
export const orderApiSettings = z.object({
  ...serverSettings(DEFAULT_PORTS.orderApi),
  ...databaseSettings,
  SHOP_ENABLED: flagSetting(true).describe('Whether the simulated shop runs from the start; off starts it paused'),
  SHOP_SEED: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(20_250_101)
    .describe('Seed of the simulated shop: the same seed gives the same orders'),
  SHOP_ORDERS_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(5_000)
    .default(20)
    .describe("New orders a second of the simulated shop, before the preset's factor"),
  SHOP_PRESET: shopPresetSchema.default('calm').describe('How the simulated shop behaves at the start'),
  SHOP_BACKFILL_MINUTES: z.coerce
    .number()
    .min(0)
    .max(24 * 60)
    .default(60)
    .describe('On an empty database the shop begins so many minutes back; 0 begins now'),
  OUTBOX_RETENTION_HOURS: hours(2).describe('How long events stay in the feed, in hours'),
  ORDER_RETENTION_HOURS: hours(24).describe('How long orders, clicks and finished tasks stay, in hours'),
});

export type OrderApiConfig = z.infer<typeof orderApiSettings>;
