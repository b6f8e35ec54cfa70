import { EventLogError } from '../errors';
import { delay } from './signal';

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

export interface Patience {
  /** True when the answer is of no use any more. */
  readonly isOver: () => boolean;
  /** Default: the log's errors that say so. */
  readonly mayPass?: (error: unknown) => boolean;
  /** Told of every error that may pass. */
  readonly onFailure?: (error: unknown) => void;
  /** Waits between two tries; may return early. Default: for the whole time. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** True for errors of the log that trying again may help. */
export function isRetriable(error: unknown): boolean {
  return error instanceof EventLogError && error.retriable;
}

/**
 * The answer, asked for again and again while it fails with an error that may pass; undefined when it is over.
 * @throws whatever is no matter of trying again
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { isOver, mayPass = isRetriable, onFailure = () => undefined, pause = delay }: Patience,
): Promise<T | undefined> {
  for (let backoffMs = FIRST_BACKOFF_MS; !isOver(); backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error)) throw error;
      onFailure(error);
    }
    if (!isOver()) await pause(backoffMs);
  }
  return undefined;
}
