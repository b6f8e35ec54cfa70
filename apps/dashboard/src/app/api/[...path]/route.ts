import { dashboardConfig } from '../../../config';
import { forward } from '../../../proxy/forward';

export const dynamic = 'force-dynamic';

/** GET /api/<path of the gateway>: the page's only way to data. */
export async function GET(request: Request, context: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const { path } = await context.params;
  return forward(request, path, dashboardConfig());
}
