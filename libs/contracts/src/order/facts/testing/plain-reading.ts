import { type DecodeErrorCode, decodeOrderEvent, type RecordPosition } from '../../decode';
import { type FigureDelta, figureDelta } from '../../figures';
import type { GroupKeys, OrderFacts } from '../order-facts';
import type { FactsResult } from '../order-facts-reader';

/** A result of reading, as a value that stays as it is. */
export type Reading =
  | { eventId: string; eventTimeMs: number; figures: FigureDelta; groupKeys?: GroupKeys }
  | { code: DecodeErrorCode; message: string };

/** What a reader must give, taken from the decoded event itself. */
export function plainReading(
  value: Uint8Array | null,
  position: RecordPosition,
  nowMs: number,
  options: { groupKeys: boolean },
): Reading {
  const result = decodeOrderEvent(value, position, nowMs);
  if (!result.ok) return { code: result.code, message: result.message };
  const { event } = result;
  const groupKeys: GroupKeys = {
    state: event.customer.state ?? '',
    categories: [...new Set(event.line_items.map(({ product }) => product.category))],
    paymentMethod: event.payment_method ?? '',
    loyaltyTier: event.loyalty_tier ?? '',
  };
  return {
    // UTF-8 has no half surrogate pairs.
    eventId: Buffer.from(event.event_id).toString(),
    eventTimeMs: event.event_time_ms,
    figures: figureDelta(event),
    ...(options.groupKeys ? { groupKeys } : {}),
  };
}

/** What a reader gave. */
export function readingOf(result: FactsResult, options: { groupKeys: boolean }): Reading {
  return result.ok ? snapshot(result.facts, options) : { code: result.code, message: result.message };
}

/** Facts as a value that stays as it is. */
export function snapshot(facts: OrderFacts, options: { groupKeys: boolean }): Reading {
  const { eventId, eventTimeMs, figures, groupKeys } = facts;
  return {
    eventId,
    eventTimeMs,
    figures: { ...figures },
    ...(options.groupKeys ? { groupKeys: { ...groupKeys } } : {}),
  };
}
