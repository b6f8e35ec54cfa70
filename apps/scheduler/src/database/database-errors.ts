import { UnavailableError } from '@orderpulse/service-kit';
import { QueryFailedError } from 'typeorm';

/** SQLSTATE classes that say that the server is going away, is full or still starts; anything else is our mistake. */
const OUTAGE = /^(08|53|57P)/;
/** Codes of the operating system, such as ECONNREFUSED; a SQLSTATE has five characters. */
const SYSTEM_ERROR = /^E[A-Z]{5,}$/;

function sqlState(error: unknown): string | undefined {
  const driverError: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof driverError !== 'object' || driverError === null || !('code' in driverError)) return undefined;
  return typeof driverError.code === 'string' ? driverError.code : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

/** An outage of the database as UnavailableError (503, retriable); any other error as it is. */
export function mapDatabaseError(error: unknown): unknown {
  const state = sqlState(error);
  const outage = state === undefined ? isConnectionLoss(error) : OUTAGE.test(state) || SYSTEM_ERROR.test(state);
  return outage ? new UnavailableError('the scheduler database does not answer', { cause: error }) : error;
}

/** pg gives no code when a connection ends under a query or cannot be had in time. */
function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && /connection|timeout|timed out/i.test(error.message);
}
