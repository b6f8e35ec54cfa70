import { BadRequestError, type FieldError } from '@orderpulse/service-kit';

/** [fromMs, toMs), epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

const DEFAULT_SPAN_MS = 3_600_000;

/**
 * The span of a replay. Without wishes it is the last hour, or what of it is newer than the newest event: an older event
 * would be late for the windows.
 * @param limits the clock, the time of the newest event, and the oldest time that retention keeps, all epoch ms
 * @throws BadRequestError (BAD_SPAN) when the span is empty, begins before the newest event or the retention, or ends in
 * the future
 */
export function chooseSpan(
  wish: { fromMs?: number | undefined; toMs?: number | undefined },
  limits: { nowMs: number; newestMs: number; oldestMs: number },
): Span {
  const { nowMs, newestMs, oldestMs } = limits;
  const earliestMs = newestMs + 1;
  const toMs = wish.toMs ?? Math.max(nowMs, (wish.fromMs ?? earliestMs) + 1);
  const fromMs = wish.fromMs ?? Math.max(toMs - DEFAULT_SPAN_MS, Math.ceil(oldestMs), Math.min(earliestMs, toMs - 1));
  const errors: FieldError[] = [];
  if (fromMs >= toMs) errors.push({ field: 'toMs', message: 'must be after fromMs' });
  if (fromMs < earliestMs)
    errors.push({ field: 'fromMs', message: `must be after the newest event, which is at ${newestMs}` });
  if (fromMs < oldestMs)
    errors.push({ field: 'fromMs', message: `is older than orders are kept (${Math.ceil(oldestMs)})` });
  if (wish.toMs !== undefined && toMs > nowMs) errors.push({ field: 'toMs', message: 'lies in the future' });
  const first = errors[0];
  if (first) throw new BadRequestError(`${first.field}: ${first.message}`, errors, 'BAD_SPAN');
  return { fromMs, toMs };
}
