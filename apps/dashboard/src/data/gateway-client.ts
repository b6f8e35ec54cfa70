import type { Problem } from '@orderpulse/contracts';

/** The gateway's (or the page server's) answer was no answer. `status` 0: nothing answered at all. */
export class GatewayError extends Error {
  readonly status: number;
  /** Stable machine-readable code, such as ENGINE_UNAVAILABLE. */
  readonly code: string;
  /** Finds the request in the logs; null when no server saw it. */
  readonly requestId: string | null;

  constructor(
    message: string,
    options: { status: number; code: string; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'GatewayError';
    this.status = options.status;
    this.code = options.code;
    this.requestId = options.requestId ?? null;
  }
}

/** Longest wait for one answer: more than the page server's own limit, so that its problem body is seen. */
const TIMEOUT_MS = 10_000;

/**
 * GETs a path of the gateway through the page's own origin. The page server has checked the body against its contract.
 * @param path without a leading slash, such as "orders/overview"
 * @throws GatewayError for every answer but 200, and for none
 */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new GatewayError('The page’s own server does not answer', {
      status: 0,
      code: 'PAGE_SERVER_UNREACHABLE',
      cause: error,
    });
  }
  if (!response.ok) throw await gatewayError(response);
  return (await response.json()) as T;
}

async function gatewayError(response: Response): Promise<GatewayError> {
  const problem = await readProblem(response);
  const message = problem.detail ?? problem.title ?? `Answer ${response.status}`;
  return new GatewayError(message, {
    status: response.status,
    code: problem.code ?? 'UNKNOWN',
    requestId: problem.requestId ?? response.headers.get('x-request-id') ?? undefined,
  });
}

async function readProblem(response: Response): Promise<Partial<Problem>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  } catch (error) {
    return { detail: `The answer has no readable body (${error instanceof Error ? error.message : String(error)})` };
  }
}
