import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger, NotFoundException } from '@nestjs/common';
import type { Problem } from '@orderpulse/contracts';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { AppError, type FieldError } from './app-error';
import { allowedMethods } from '../http/allowed-methods';
import { requestIdOf } from '../http/request-id';
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

/** Errors of the adapters (event log, SQL store) say `retriable: true` when their engine is gone. */
function isEngineGone(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'retriable' in error && error.retriable === true && 'code' in error;
}

/** What the body parser throws: an http-errors object with a status and a type. */
function bodyParserStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' && error.status < 500 ? error.status : undefined;
}

/** Nest's router answers a path without a route and a path without the method alike. */
function wrongMethod(error: unknown, request: Request): Mapped | undefined {
  if (!(error instanceof NotFoundException)) return undefined;
  const allow = allowedMethods(request);
  if (allow.length === 0 || allow.includes(request.method)) return undefined;
  const detail = `${request.method} is not possible here; ${allow.join(', ')} ${allow.length === 1 ? 'is' : 'are'}.`;
  return { status: 405, code: CODES[405] ?? '', detail, allow };
}

function mapError(error: unknown): Mapped {
  if (error instanceof AppError) {
    const { status, code, message, retryAfterSeconds, errors } = error;
    return { status, code, detail: message, retryAfterSeconds, errors };
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return { status, code: CODES[status] ?? `HTTP_${status}`, detail: error.message };
  }
  if (isEngineGone(error)) return { status: 503, code: error.code, detail: error.message, retryAfterSeconds: 2 };
  const parserStatus = bodyParserStatus(error);
  if (parserStatus !== undefined) {
    const detail = parserStatus === 413 ? 'The body is too large.' : 'The body could not be read: it is not valid JSON.';
    return { status: parserStatus, code: CODES[parserStatus] ?? 'BAD_REQUEST', detail };
  }
  return { status: 500, code: 'INTERNAL', detail: 'Something went wrong here; the log has it under the request id.' };
}

/** Maps every error to RFC 9457 problem+json with a request id. Never shows a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const mapped = wrongMethod(error, request) ?? mapError(error);
    const requestId = requestIdOf(request, response);
    if (mapped.status >= 500) this.log(error, mapped, { requestId, method: request.method, path: request.path });
    // An answer that has begun (a stream) cannot become a problem any more.
    if (response.headersSent) {
      response.end();
      return;
    }
    const problem: Problem = {
      type: 'about:blank',
      title: STATUS_CODES[mapped.status] ?? 'Error',
      status: mapped.status,
      code: mapped.code,
      ...(mapped.detail ? { detail: mapped.detail } : {}),
      instance: request.path,
      requestId,
      ...(mapped.errors ? { errors: [...mapped.errors] } : {}),
    };
    if (mapped.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(mapped.retryAfterSeconds));
    if (mapped.allow) response.setHeader('Allow', mapped.allow.join(', '));
    response.status(mapped.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  /** A mistake of ours is an error with its stack; an engine that is gone is told by readiness, once and not per request. */
  private log(error: unknown, { status, code }: Mapped, facts: Record<string, string>): void {
    const message = messageOf(error);
    if (status === 500) this.logger.error({ message, code, ...facts, stack: error instanceof Error ? error.stack : undefined });
    else this.logger.debug({ message, code, ...facts });
  }
}
