import { MAX_FUTURE_MS } from '@orderpulse/contracts';
import { BadRequestError } from '@orderpulse/service-kit';
import { floorToSecond } from '../floor-to-second';

/**
 * The instant an answer is about: the given one or the wall clock, floored to the second.
 * @throws BadRequestError when it lies further ahead than any event may (60 s)
 */
export function resolveAsOf(given: number | undefined, nowMs: number): number {
  const asOfMs = floorToSecond(given ?? nowMs);
  if (asOfMs > nowMs + MAX_FUTURE_MS) {
    const message = `lies more than ${MAX_FUTURE_MS / 1000} s ahead of the clock`;
    throw new BadRequestError(`asOf: ${message}`, [{ field: 'asOf', message }]);
  }
  return asOfMs;
}
