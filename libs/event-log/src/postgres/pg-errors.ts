import { EventLogError, FencedError, LogUnavailableError, UnknownTopicError } from '../errors';
import { describeError } from '../core/failure';
import { STATE } from './constants';

/** No such table, schema, function or column: nobody has made topics in this database yet, or only an older version has. */
const NOT_INSTALLED = new Set(['42P01', '3F000', '42883', '42703']);

/**
 * SQLSTATEs of mistakes in what was asked (syntax, data, constraints, rights, transaction state): trying again does not help.
 * Everything else (connection, shutdown, disk, memory, dead-lock, time-out) may pass.
 */
const MISTAKE_CLASSES = new Set(['0A', '21', '22', '23', '25', '2F', '39', '42', 'P0']);

/** The error of the port for an error of the driver; a mistake of ours comes back as it is. */
export function toLogError(error: unknown): unknown {
  if (error instanceof EventLogError) return error;
  const state = sqlState(error);
  if (state === STATE.fenced) return new FencedError('Another producer was opened under this name', { cause: error });
  if (state === STATE.unknownPartition)
    return new UnknownTopicError('The topic or partition does not exist', { cause: error });
  if (state !== null && NOT_INSTALLED.has(state)) {
    return new UnknownTopicError('The database holds no event log of this version yet: no topic has been created', {
      cause: error,
    });
  }
  if (state !== null && MISTAKE_CLASSES.has(state.slice(0, 2))) return error;
  return new LogUnavailableError(`PostgreSQL does not answer: ${describeError(error)}`, { cause: error });
}

/** The five characters that say what the server thinks went wrong; null for errors that do not come from it. */
function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  const { code } = error;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : null;
}

/** Runs a task whose errors become those of the port. */
export async function mappingErrors<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw toLogError(error);
  }
}
