import { dashboardConfig } from '../../../config';

export const dynamic = 'force-dynamic';

/**
 * GET /health/ready: 200 as soon as pages can be served. The gateway is no condition: without it the page says so
 * itself, keeps its values and recovers alone.
 */
export function GET(): Response {
  dashboardConfig();
  return Response.json({ status: 'ok', checks: { settings: { ok: true } } });
}
