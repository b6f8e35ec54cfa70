import { randomUUID } from 'node:crypto';
import type { DashboardConfig } from '../config';
import { allowedPath, type AllowedPath } from './allow-list';
import { contractViolation } from './answers';
import { guardedStream } from './guarded-stream';
import { problemResponse } from './problem';

/** No answer of the gateway comes near this; more means that something else listens there. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const UNREACHABLE_RETRY_AFTER_S = '2';

type ProxyConfig = Pick<DashboardConfig, 'GATEWAY_URL' | 'GATEWAY_TIMEOUT_MS' | 'STREAM_IDLE_TIMEOUT_MS'>;

/**
 * Answers a GET of the page with the gateway's answer: status and problem bodies as they are, streams unbuffered.
 * 404 for a path that is not on the list, 502 when the gateway is unreachable or breaks its contract, 504 when it is
 * too slow. When the browser leaves, the gateway's request is aborted.
 * @param segments the path behind /api
 */
export async function forward(request: Request, segments: readonly string[], config: ProxyConfig): Promise<Response> {
  const requestId = randomUUID();
  const allowed = allowedPath(segments);
  if (!allowed) {
    const detail = `/${segments.join('/')} is not open to the page`;
    return problemResponse({ status: 404, code: 'NOT_FOUND', title: 'Not found', detail }, requestId);
  }

  const abort = new AbortController();
  const leave = (): void => abort.abort();
  request.signal.addEventListener('abort', leave, { once: true });
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    abort.abort();
  }, config.GATEWAY_TIMEOUT_MS);

  try {
    const upstream = await fetchOnFreshSocket(upstreamUrl(request, allowed, config.GATEWAY_URL), {
      headers: upstreamHeaders(request, requestId),
      signal: abort.signal,
      redirect: 'error',
      cache: 'no-store',
    });
    if (allowed.stream && upstream.ok && upstream.body) {
      return streamed(upstream, upstream.body, config.STREAM_IDLE_TIMEOUT_MS, leave);
    }
    return await whole(upstream, allowed, requestId);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (timedOut) {
      const detail = `No whole answer within ${config.GATEWAY_TIMEOUT_MS} ms`;
      return problemResponse(
        { status: 504, code: 'GATEWAY_TIMEOUT', title: 'The gateway is too slow', detail },
        requestId,
      );
    }
    const title = 'The gateway does not answer';
    const problem = { status: 502, code: 'GATEWAY_UNREACHABLE', title, detail: `${title} (${reason(error)})` };
    return problemResponse(problem, requestId, { 'retry-after': UNREACHABLE_RETRY_AFTER_S });
  } finally {
    clearTimeout(deadline);
  }
}

/** A kept-alive connection that the gateway closed at the very moment it was used again. */
const LOST_SOCKET_CODES: ReadonlySet<string | undefined> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Fetches, once more when the connection was lost before an answer: the page's requests only read. */
async function fetchOnFreshSocket(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!LOST_SOCKET_CODES.has(causeCode(error))) throw error;
    return fetch(url, init);
  }
}

function upstreamUrl(request: Request, { path }: AllowedPath, gatewayUrl: string): string {
  return `${gatewayUrl.replace(/\/$/, '')}/${path}${new URL(request.url).search}`;
}

/** Nothing personal is passed on: no cookies, no authorization. */
function upstreamHeaders(request: Request, requestId: string): Headers {
  const headers = new Headers({ 'x-request-id': requestId });
  for (const name of ['accept', 'last-event-id']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

function streamed(
  upstream: Response,
  body: ReadableStream<Uint8Array>,
  idleTimeoutMs: number,
  release: () => void,
): Response {
  return new Response(guardedStream(body, idleTimeoutMs, release), {
    status: upstream.status,
    headers: {
      'content-type': upstream.headers.get('content-type') ?? 'text/event-stream',
      // Without no-transform the server's compression would hold events back until a block is full.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}

async function whole(upstream: Response, { path }: AllowedPath, requestId: string): Promise<Response> {
  const text = await readBounded(upstream);
  const violation = upstream.ok ? contractViolation(path, text) : null;
  if (violation !== null) {
    const problem = {
      status: 502,
      code: 'BAD_GATEWAY_ANSWER',
      title: 'The answer breaks its contract',
      detail: violation,
    };
    return problemResponse(problem, requestId);
  }
  const headers = new Headers({
    'cache-control': 'no-store',
    'x-request-id': upstream.headers.get('x-request-id') ?? requestId,
  });
  for (const name of ['content-type', 'retry-after']) {
    const value = upstream.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(text, { status: upstream.status, headers });
}

async function readBounded(upstream: Response): Promise<string> {
  if (!upstream.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of upstream.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Why there is no answer, as a code such as ECONNREFUSED; messages would tell addresses of the inside. */
function reason(error: unknown): string {
  return causeCode(error) ?? (error instanceof Error ? error.message : 'unknown');
}

/** fetch hides the reason in its error's cause. Looked at by shape: the error is not always of this realm. */
function causeCode(error: unknown): string | undefined {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === 'string' ? code : undefined;
}
