import { DEFAULT_PORTS } from '@orderpulse/contracts';
import {
  databaseSettings,
  eventLogSettings,
  olapStoreSettings,
  pipelineSettings,
  serverSettings,
} from '@orderpulse/service-kit';
import { z } from 'zod';

const ORIGIN = /^https?:\/\/[^/\s,]+$/;

/** Every setting of the query gateway. */
export const gatewaySettings = z.object({
  ...serverSettings(DEFAULT_PORTS.queryGateway),
  ...databaseSettings,
  ...eventLogSettings,
  ...olapStoreSettings,
  ...pipelineSettings,
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.string().regex(ORIGIN, 'must be origins such as http://127.0.0.1:3000, separated by commas')))
    .prefault(`http://127.0.0.1:${DEFAULT_PORTS.dashboard},http://localhost:${DEFAULT_PORTS.dashboard}`)
    .describe('Origins of pages that may read the answers, exact, separated by commas'),
  SQL_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(1_800)
    .describe('Longest time one answer of the SQL side may take before the caller gets 503, in ms'),
  AGGREGATOR_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(850)
    .describe('Longest time one try of a call to the aggregator may take, in ms; a call is tried twice'),
  LIVE_MAX_CLIENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Live streams open at one time, beyond which a new one gets 503'),
  LIVE_SETTLE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(500)
    .describe('How long after a second its live figures are computed, in ms: its last orders must have been read'),
});

export type GatewayConfig = z.infer<typeof gatewaySettings>;
