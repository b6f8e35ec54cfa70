import fc from 'fast-check';
import { decodeOrderEvent, type DecodeResult, type RecordPosition } from './decode';

const NOW_MS = 1_700_000_000_000;
const POSITION: RecordPosition = { topic: 'FakeEcommOrders', partition: 2, offset: 41, timestampMs: NOW_MS - 5_000 };

const order = {
  order_id: 'o-1',
  customer: { customer_id: 'c-1', city: 'Austin', state: 'TX' },
  line_items: [{ product: { product_id: 'p-1', name: 'Lamp', category: 'Home', price: 10.5 }, quantity: 2 }],
  order_total: 21,
  timestamp: '2023-11-14T22:13:20.000Z',
  currency: 'EUR',
  exchange_rate: 1.1,
};
const event = {
  ...order,
  event_id: 'e-1',
  event_type: 'order.created',
  event_time_ms: NOW_MS,
  order_version: 1,
  revenue_cents: 2310,
};

const decode = (value: unknown): DecodeResult =>
  decodeOrderEvent(new TextEncoder().encode(JSON.stringify(value)), POSITION, NOW_MS);

const codeOf = (result: DecodeResult): string => (result.ok ? 'ok' : result.code);

describe('decodeOrderEvent', () => {
  it('reads an event as it is and keeps unknown fields', () => {
    const result = decode({ ...event, gift_note: 'hi' });
    expect(result).toEqual({ ok: true, event: { ...event, gift_note: 'hi' } });
  });

  it('fills the five event fields of a foreign record from its place and time stamp', () => {
    expect(decode(order)).toMatchObject({
      ok: true,
      event: {
        event_id: 'FakeEcommOrders-2-41',
        event_type: 'order.created',
        event_time_ms: POSITION.timestampMs,
        order_version: 1,
        revenue_cents: 2310,
      },
    });
  });

  it('refuses an empty value, one over 1 MiB, bytes that are not UTF-8 and text that is not JSON', () => {
    expect(codeOf(decodeOrderEvent(null, POSITION, NOW_MS))).toBe('EMPTY_VALUE');
    expect(codeOf(decodeOrderEvent(new Uint8Array(0), POSITION, NOW_MS))).toBe('EMPTY_VALUE');
    expect(codeOf(decodeOrderEvent(new Uint8Array(1024 * 1024 + 1), POSITION, NOW_MS))).toBe('TOO_LARGE');
    expect(codeOf(decodeOrderEvent(Uint8Array.of(0xff, 0xfe), POSITION, NOW_MS))).toBe('BAD_JSON');
    expect(codeOf(decodeOrderEvent(new TextEncoder().encode('{"a":'), POSITION, NOW_MS))).toBe('BAD_JSON');
  });

  it.each([
    ['a negative total', { ...event, order_total: -1 }],
    ['a total as text', { ...event, order_total: '21' }],
    ['no order id', { ...event, order_id: undefined }],
    ['an unknown event type', { ...event, event_type: 'order.lost' }],
    ['a fraction of a cent', { ...event, revenue_cents: 0.5 }],
    ['an array', [event]],
    ['a number', 7],
    ['null', null],
  ])('refuses %s as BAD_SCHEMA and never shows the value', (_, value) => {
    const result = decode(value);
    expect(codeOf(result)).toBe('BAD_SCHEMA');
    expect(result.ok ? '' : result.message).not.toContain('o-1');
  });

  it('refuses a foreign record without a time stamp, and a revenue beyond its bound', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(order));
    expect(codeOf(decodeOrderEvent(bytes, { ...POSITION, timestampMs: -1 }, NOW_MS))).toBe('BAD_SCHEMA');
    expect(codeOf(decode({ ...order, order_total: 1e11 }))).toBe('BAD_SCHEMA');
    expect(codeOf(decode({ ...event, revenue_cents: 1e12 + 1 }))).toBe('BAD_SCHEMA');
  });

  it('refuses a foreign total that is too large to be exact', () => {
    expect(codeOf(decode({ ...order, order_total: 1e300 }))).toBe('BAD_SCHEMA');
  });

  it('takes an event time up to 60 s ahead and not 1 ms more', () => {
    expect(codeOf(decode({ ...event, event_time_ms: NOW_MS + 60_000 }))).toBe('ok');
    expect(codeOf(decode({ ...event, event_time_ms: NOW_MS + 60_001 }))).toBe('FUTURE_EVENT_TIME');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map((text) => new TextEncoder().encode(text))), (bytes) => {
        expect(typeof decodeOrderEvent(bytes, POSITION, NOW_MS).ok).toBe('boolean');
      }),
    );
  });
});
