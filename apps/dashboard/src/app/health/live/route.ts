export const dynamic = 'force-dynamic';

/** GET /health/live: 200 while the server runs. */
export function GET(): Response {
  return Response.json({ status: 'ok', checks: {} });
}
