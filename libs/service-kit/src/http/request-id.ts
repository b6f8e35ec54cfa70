import type { Request, Response } from 'express';
import { randomUUID } from 'node:crypto';

const HEADER = 'x-request-id';

/** The id of a request: the caller's when it is harmless text of at most 100 characters, else a new one; echoed back. */
export function requestIdOf(request: Request, response: Response): string {
  const known = response.getHeader(HEADER);
  if (typeof known === 'string') return known;
  const given = request.header(HEADER);
  const id = given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
  if (!response.headersSent) response.setHeader(HEADER, id);
  return id;
}
