import { UnavailableError } from '../errors/app-error';
import { messageOf } from '../errors/message-of';

/** Codes of the operating system; ENOENT is a socket file that is not there. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/**
 * SQLSTATE: class 08 connection, class 53 out of connections or space, 57P0x shutting down or starting, 3D000 no such
 * database yet. Anything else is our mistake.
 */
const OUTAGE_STATES = /^(08...|53...|57P..|3D000)$/;

/** pg gives no code when a connection ends under a query or cannot be had in time. */
const OUTAGE_MESSAGES =
  /connection terminated|connection error|was closed and is not queryable|timeout exceeded when trying to connect|timeout expired|query read timeout/i;

const UNIQUE_VIOLATION = '23505';

/** The error of the driver and those that wrap it, outermost first. */
function* chainOf(error: unknown): Generator<{ code: string | undefined; message: string }> {
  for (let inner = error; typeof inner === 'object' && inner !== null;) {
    const { code, message, driverError, cause } = inner as Partial<Record<string, unknown>>;
    yield {
      code: typeof code === 'string' ? code : undefined,
      message: typeof message === 'string' ? message : '',
    };
    inner = driverError ?? cause;
  }
}

/** True when PostgreSQL does not answer, so that the same statement may succeed later. */
function isOutage(error: unknown): boolean {
  for (const { code, message } of chainOf(error)) {
    if (code !== undefined && (SOCKET_CODES.has(code) || OUTAGE_STATES.test(code))) return true;
    if (OUTAGE_MESSAGES.test(message)) return true;
  }
  return false;
}

/** True when a statement broke a unique constraint, whatever wraps the driver's error. */
export function isUniqueViolation(error: unknown): boolean {
  return [...chainOf(error)].some(({ code }) => code === UNIQUE_VIOLATION);
}

/** The error for the caller: UnavailableError (DATABASE_UNAVAILABLE) when PostgreSQL does not answer, else the error itself. */
export function mapDatabaseError(error: unknown): unknown {
  if (!isOutage(error)) return error;
  const why = messageOf(error) || 'no connection';
  return new UnavailableError(`PostgreSQL does not answer (${why})`, { code: 'DATABASE_UNAVAILABLE', cause: error });
}
