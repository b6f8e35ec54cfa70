import { healthSchema } from '@orderpulse/contracts';

/**
 * Why a service is not ready, in its own words.
 * @param body the answer of its /health/ready
 * @returns undefined when the body is no health answer, or names nothing that is not well
 */
export function readinessReasons(body: unknown): string | undefined {
  const parsed = healthSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const failed = Object.entries(parsed.data.checks).filter(([, check]) => !check.ok);
  return failed.map(([name, check]) => `${name}: ${check.reason ?? 'not ready'}`).join('; ') || undefined;
}
