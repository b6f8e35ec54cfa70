import type { z } from 'zod';
import { toCents } from '../money';
import { MAX_EVENT_BYTES, MAX_FUTURE_MS } from '../topics';
import { foreignOrderSchema, MAX_REVENUE_CENTS, orderEventSchema, type OrderEvent } from './order-event';

/** Where a record stands and when it was made. */
export interface RecordPosition {
  topic: string;
  partition: number;
  offset: number;
  /** The record's time stamp, epoch ms. */
  timestampMs: number;
}

/** Why a record is a dead letter. The codes are stable: they go into headers, metrics and the workbench. */
export type DecodeErrorCode = 'EMPTY_VALUE' | 'TOO_LARGE' | 'BAD_JSON' | 'BAD_SCHEMA' | 'FUTURE_EVENT_TIME';

export type DecodeResult =
  | { ok: true; event: OrderEvent }
  | { ok: false; code: DecodeErrorCode; message: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

function fail(code: DecodeErrorCode, message: string): DecodeResult {
  return { ok: false, code, message };
}

/** The first three problems with their paths; never the values, which may be personal. */
function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || '(record)'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/**
 * Reads one record of the orders topic. This is the only reading of an event: every consumer uses it, so all count alike.
 *
 * A record without `event_type` counts as `order.created`; its event time is the record's time stamp, its event id is
 * topic-partition-offset and its revenue is computed here.
 * @param value the record's raw bytes, or null
 * @param position where the record stands
 * @param nowMs the reader's clock, epoch ms; an event time more than 60 s ahead of it is refused
 */
export function decodeOrderEvent(value: Uint8Array | null, position: RecordPosition, nowMs: number): DecodeResult {
  if (value === null || value.length === 0) return fail('EMPTY_VALUE', 'the record has no value');
  if (value.length > MAX_EVENT_BYTES) return fail('TOO_LARGE', `${value.length} bytes; at most ${MAX_EVENT_BYTES}`);
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(value));
  } catch (error) {
    return fail('BAD_JSON', error instanceof TypeError ? 'the value is not UTF-8' : 'the value is not JSON');
  }
  const result = isForeign(json) ? decodeForeign(json, position) : decodeOwn(json);
  if (result.ok && result.event.event_time_ms > nowMs + MAX_FUTURE_MS)
    return fail('FUTURE_EVENT_TIME', `event_time_ms is ${result.event.event_time_ms - nowMs} ms ahead`);
  return result;
}

function isForeign(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !('event_type' in json);
}

function decodeOwn(json: unknown): DecodeResult {
  const parsed = orderEventSchema.safeParse(json);
  return parsed.success ? { ok: true, event: parsed.data } : fail('BAD_SCHEMA', describeIssues(parsed.error));
}

function decodeForeign(json: object, position: RecordPosition): DecodeResult {
  const parsed = foreignOrderSchema.safeParse(json);
  if (!parsed.success) return fail('BAD_SCHEMA', describeIssues(parsed.error));
  if (position.timestampMs < 0) return fail('BAD_SCHEMA', 'the record has no time stamp, and no event time of its own');
  try {
    const revenueCents = toCents(parsed.data.order_total, parsed.data.exchange_rate ?? 1);
    if (revenueCents > MAX_REVENUE_CENTS) return fail('BAD_SCHEMA', 'order_total: too large');
    const event: OrderEvent = {
      ...parsed.data,
      event_id: `${position.topic}-${position.partition}-${position.offset}`,
      event_type: 'order.created',
      event_time_ms: position.timestampMs,
      order_version: 1,
      revenue_cents: revenueCents,
    };
    return { ok: true, event };
  } catch (error) {
    if (error instanceof RangeError) return fail('BAD_SCHEMA', `order_total: ${error.message}`);
    throw error;
  }
}
