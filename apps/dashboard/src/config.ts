import { DEFAULT_PORTS } from '@orderpulse/contracts';
import { z } from 'zod';

/** Settings of the page's server. HOSTNAME and PORT are read by Next's own start-up; they are listed for the README. */
export const dashboardSettings = z.object({
  HOSTNAME: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(DEFAULT_PORTS.dashboard).describe('Port to listen on'),
  GATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .default(`http://127.0.0.1:${DEFAULT_PORTS.queryGateway}`)
    .describe('Where the query gateway is; the browser never talks to it directly'),
  GATEWAY_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(8_000)
    .describe('Longest wait for a whole answer of the gateway, in ms'),
  STREAM_IDLE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(120_000)
    .default(30_000)
    .describe('Longest silence of the live stream before it is cut, in ms (the gateway sends a heartbeat every 15 s)'),
});
export type DashboardConfig = z.infer<typeof dashboardSettings>;

/**
 * The settings from an environment. An empty variable counts as not set, as in every other service.
 * @throws Error that lists every bad setting at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): DashboardConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = dashboardSettings.safeParse(given);
  if (!result.success) throw new Error(`Bad settings:\n${z.prettifyError(result.error)}`);
  return result.data;
}

let loaded: DashboardConfig | undefined;

/**
 * The settings from the environment of the running server, not of the build.
 * @throws Error as readConfig
 */
export function dashboardConfig(): DashboardConfig {
  loaded ??= readConfig(process.env);
  return loaded;
}
