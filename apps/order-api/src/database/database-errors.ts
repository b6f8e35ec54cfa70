import { UnavailableError } from '@orderpulse/service-kit';

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** SQLSTATE: class 08 connection, 57P0x shutting down or starting, 53300 too many connections, 3D000 no such database yet. */
const GONE_STATES = /^(08...|57P0[1-5]|53300|3D000)$/;

const GONE_MESSAGES =
  /connection terminated|connection error|timeout exceeded when trying to connect|query read timeout/i;

/** True when the database does not answer, so that the same statement may succeed later. */
export function isDatabaseGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, driverError, cause } = error as Partial<Record<string, unknown>>;
  if (typeof code === 'string' && (SOCKET_CODES.has(code) || GONE_STATES.test(code))) return true;
  if (typeof message === 'string' && GONE_MESSAGES.test(message)) return true;
  return isDatabaseGone(driverError ?? cause);
}

/** The error for the caller: 503 when the database is gone, else the error itself. */
export function mapDatabaseError(error: unknown): unknown {
  if (!isDatabaseGone(error)) return error;
  const { message } = error as Partial<Error>;
  const why = message === undefined || message === '' ? 'no connection' : message;
  return new UnavailableError(`PostgreSQL does not answer (${why})`, { code: 'DATABASE_UNAVAILABLE', cause: error });
}
