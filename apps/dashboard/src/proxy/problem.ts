import type { Problem } from '@orderpulse/contracts';

/** An RFC 9457 answer of the page's own server, in the shape of the gateway's. `requestId` ties it to the gateway's log. */
export function problemResponse(
  problem: Pick<Problem, 'status' | 'code' | 'title' | 'detail'>,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const body: Problem = { type: 'about:blank', ...problem, requestId };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...headers,
    },
  });
}
