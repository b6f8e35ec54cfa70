import { HttpException, Logger, NotFoundException } from '@nestjs/common';
import type { Problem } from '@orderpulse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { pathOf } from '../http/path-of';
import { AppError, type FieldError } from './app-error';
import { messageOf } from './message-of';

interface Mapped {
  status: number;
  code: string;
  detail?: string | undefined;
  retryAfterSeconds?: number | undefined;
  errors?: readonly FieldError[] | undefined;
  /** Methods of the path, for 405. */
  allow?: readonly string[] | undefined;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'ENGINE_UNAVAILABLE',
};
const logger = new Logger('http');

/** Answers a request with an error as RFC 9457 problem+json with the request's id. Never shows a stack. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(request);
  const mapped = brokenOff(request) ?? wrongMethod(error, request, path) ?? mapError(error);
  if (mapped.status >= 500) log(error, mapped, { requestId: request.id, method: request.method, path });
  // An answer that has begun (a stream) cannot become a problem any more.
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.end();
    return;
  }
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[mapped.status] ?? 'Error',
    status: mapped.status,
    code: mapped.code,
    ...(mapped.detail ? { detail: mapped.detail } : {}),
    instance: path,
    requestId: request.id,
    ...(mapped.errors ? { errors: [...mapped.errors] } : {}),
  };
  if (mapped.retryAfterSeconds !== undefined) reply.header('Retry-After', String(mapped.retryAfterSeconds));
  if (mapped.allow) reply.header('Allow', mapped.allow.join(', '));
  // Fastify would close the connection under a client that is still sending its body, which then never reads why. Node reads the rest away.
  reply.removeHeader('Connection');
  reply.code(mapped.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

/** Whoever went away in the middle of the body gets no answer, and made no mistake of ours. */
function brokenOff({ raw }: FastifyRequest): Mapped | undefined {
  if (raw.complete || !raw.destroyed) return undefined;
  return { status: 400, code: CODES[400] ?? '', detail: 'The request has ended before its body has.' };
}

/** The router answers a path without a route and a path without the method alike. */
function wrongMethod(error: unknown, { server, method, is404 }: FastifyRequest, path: string): Mapped | undefined {
  if (!(error instanceof NotFoundException || is404)) return undefined;
  const allow = server.methodsOf(path);
  if (allow.length === 0 || allow.includes(method)) return undefined;
  const detail = `${method} is not possible here; ${allow.join(', ')} ${allow.length === 1 ? 'is' : 'are'}.`;
  return { status: 405, code: CODES[405] ?? '', detail, allow };
}

function mapError(error: unknown): Mapped {
  if (error instanceof AppError) {
    const { status, code, message, retryAfterSeconds, errors } = error;
    return { status, code, detail: message, retryAfterSeconds, errors };
  }
  const status = statusOf(error);
  if (status !== undefined) return { status, code: CODES[status] ?? `HTTP_${status}`, detail: messageOf(error) };
  if (isEngineGone(error)) return { status: 503, code: error.code, detail: error.message, retryAfterSeconds: 2 };
  return { status: 500, code: 'INTERNAL', detail: 'Something went wrong here; the log has it under the request id.' };
}

/** Of Nest's errors, and of what the router cannot read. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || error.name !== 'FastifyError' || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' && error.statusCode < 500 ? error.statusCode : undefined;
}

/** Errors of the adapters (event log, SQL store) say `retriable: true` when their engine is gone. */
function isEngineGone(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'retriable' in error && error.retriable === true && 'code' in error;
}

/** A mistake of ours is an error with its stack; an engine that is gone is told by readiness, once and not per request. */
function log(error: unknown, { status, code }: Mapped, facts: Record<string, string>): void {
  const message = messageOf(error);
  if (status === 500)
    logger.error({ message, code, ...facts, stack: error instanceof Error ? error.stack : undefined });
  else logger.debug({ message, code, ...facts });
}
