import { dashboardConfig } from '../../config';

export const dynamic = 'force-dynamic';

/** GET /docs: sends the reader to the gateway's API documentation, whose address only the server knows. */
export function GET(): Response {
  return Response.redirect(new URL('/docs', dashboardConfig().GATEWAY_URL), 307);
}
