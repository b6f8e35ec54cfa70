import { MAX_EVENT_BYTES } from '../../topics';
import type { RecordPosition } from '../decode';
import type { OrderEvent } from '../order-event';
import { factsOf } from './facts-buffer';
import { type FactsReaderCounts, type FactsResult, OrderFactsReader } from './order-facts-reader';
import { plainReading, readingOf, snapshot } from './testing/plain-reading';
import { SHOP_RECORDS } from './testing/shop-records';

const NOW_MS = Date.UTC(2030, 0, 1);
const POSITION: RecordPosition = { topic: 'FakeEcommOrders', partition: 2, offset: 41, timestampMs: NOW_MS - 5_000 };
const ALL = { groupKeys: true };

const first = (): OrderEvent => JSON.parse(String(SHOP_RECORDS[0])) as OrderEvent;
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Reads the value with a reader of its own, after checking that decoding gives the same. */
function read(
  value: Uint8Array | null,
  position = POSITION,
  nowMs = NOW_MS,
): FactsResult & { counts: FactsReaderCounts } {
  const reader = new OrderFactsReader(ALL);
  const result = reader.read(value, position, nowMs);
  expect(readingOf(result, ALL)).toEqual(plainReading(value, position, nowMs, ALL));
  return { ...result, counts: reader.counts };
}

const wayOf = (value: Uint8Array | null): string => (read(value).counts.scanned === 1 ? 'scanned' : 'decoded');
const codeOf = (result: FactsResult): string => (result.ok ? 'ok' : result.code);

describe('OrderFactsReader', () => {
  it.each([true, false])('reads every record of the shop from its bytes, group keys: %p', (groupKeys) => {
    const reader = new OrderFactsReader({ groupKeys });
    for (const record of SHOP_RECORDS) {
      const result = reader.read(record, POSITION, NOW_MS);
      expect(readingOf(result, { groupKeys })).toEqual(plainReading(record, POSITION, NOW_MS, { groupKeys }));
    }
    expect(reader.counts).toEqual({ scanned: SHOP_RECORDS.length, decoded: 0 });
  });

  it('gives id, time, figures and group keys', () => {
    const event = first();
    const result = read(bytesOf(event));
    expect(result.ok && snapshot(result.facts, ALL)).toEqual({
      eventId: event.event_id,
      eventTimeMs: event.event_time_ms,
      figures: { orders: 1, revenueCents: event.revenue_cents, fraud: 0, delivered: 0, refunded: 0 },
      groupKeys: {
        state: 'TX',
        categories: ['Books', 'Clothing', 'Electronics'],
        paymentMethod: 'debit_card',
        loyaltyTier: 'silver',
      },
    });
  });

  it("takes the customer's state, not the one that is shipped to, and empty texts for what is missing", () => {
    const { payment_method: _method, ...event } = first();
    const changed = { ...event, customer: { customer_id: 'c', state: 'ZH' }, loyalty_tier: null, line_items: [] };
    const result = read(bytesOf(changed));
    expect(result.ok && result.facts.groupKeys).toEqual({
      state: 'ZH',
      categories: [],
      paymentMethod: '',
      loyaltyTier: '',
    });
    expect(result.counts.scanned).toBe(1);
  });

  it('forgets the values of the record before', () => {
    const reader = new OrderFactsReader(ALL);
    const { payment_method: _method, delivered: _delivered, ...event } = first();
    const bare = bytesOf({ ...event, customer: { customer_id: 'c' }, line_items: [], refunded: null });
    reader.read(bytesOf({ ...first(), delivered: 'yes', refunded: 'yes', fraud_flag: true }), POSITION, NOW_MS);
    expect(readingOf(reader.read(bare, POSITION, NOW_MS), ALL)).toEqual(plainReading(bare, POSITION, NOW_MS, ALL));
    expect(reader.counts.scanned).toBe(2);
  });

  it('points at the bytes of the id, whichever way the record was read', () => {
    for (const id of ['5cf84c60-09f4-55d3-af29-e94b019c5c93', 'Zürich "1"']) {
      const result = read(bytesOf({ ...first(), event_id: id }));
      if (!result.ok) throw new Error(result.message);
      const { idBytes, idStart, idEnd, eventId } = result.facts;
      expect(Buffer.from(idBytes.subarray(idStart, idEnd)).toString()).toBe(id);
      expect(eventId).toBe(id);
    }
  });

  it.each([
    ['white space between everything', Buffer.from(JSON.stringify(first(), null, 2))],
    ['white space at both ends', Buffer.from(` \r\n\t${String(SHOP_RECORDS[0])}\n`)],
    ['fields in another order', bytesOf(Object.fromEntries(Object.entries(first()).reverse()))],
    ['fields that nobody knows', bytesOf({ before: { deep: [1e5, -0.1, { '\n': '\u0000' }] }, ...first(), größe: 1 })],
    ['only the fields that are required', bytesOf(requiredOf(first()))],
    ['letters beyond ASCII', bytesOf({ ...first(), pet_name: 'Žofie 😀', payment_method: 'převod' })],
    ['escapes in a text that is not needed', bytesOf({ ...first(), pet_name: 'O"\\\n\u0001 \ud800' })],
    ['a fraud flag as text', bytesOf({ ...first(), fraud_flag: 'TRUE' })],
    [
      'a hundred line items',
      bytesOf({ ...first(), line_items: Array.from({ length: 100 }, () => first().line_items[0]) }),
    ],
  ])('reads a record with %s from its bytes', (_, value) => {
    expect(wayOf(value)).toBe('scanned');
  });

  it.each([
    ['a foreign producer', bytesOf({ ...first(), event_type: undefined })],
    ['an escape in a text that is needed', Buffer.from(text().replace('"TX"', '"T\\u0058"'))],
    ['an escape in a key', Buffer.from(text().replace('"refunded"', '"r\\u0065funded"'))],
    ['a known field twice', Buffer.from(text().replace('"refunded":"no"', '"refunded":"yes","refunded":"no"'))],
    ['a field __proto__', Buffer.from(text().replace('{', '{"__proto__":{"event_type":"order.updated"},'))],
    ['an exponent in a known field', Buffer.from(text().replace('"tax_rate":0.0625', '"tax_rate":625e-4'))],
    ['an integer with a fraction', Buffer.from(text().replace('"order_version":1', '"order_version":1.0'))],
    ['a byte order mark', Buffer.from(`\ufeff${text()}`)],
    ['deep nesting', bytesOf({ ...first(), payment_info: JSON.parse('['.repeat(100) + ']'.repeat(100)) })],
    [
      'more line items than anybody orders',
      bytesOf({ ...first(), line_items: Array.from({ length: 500 }, () => first().line_items[0]) }),
    ],
  ])('decodes a record with %s', (_, value) => {
    expect(wayOf(value)).toBe('decoded');
    expect(codeOf(read(value))).toBe('ok');
  });

  it.each([
    ['no value', 'EMPTY_VALUE', null],
    ['an empty value', 'EMPTY_VALUE', Buffer.alloc(0)],
    ['more than 1 MiB', 'TOO_LARGE', Buffer.alloc(MAX_EVENT_BYTES + 1, ' ')],
    ['its last byte missing', 'BAD_JSON', Buffer.from(text().slice(0, -1))],
    ['a brace behind it', 'BAD_JSON', Buffer.from(`${text()}}`)],
    ['a zero byte behind it', 'BAD_JSON', Buffer.from(`${text()}\u0000`)],
    ['a control character', 'BAD_JSON', Buffer.from(text().replace('Houston', 'Hou\nston'))],
    ['bytes that are not UTF-8', 'BAD_JSON', Buffer.from(text().replace('Houston', 'Houst\u00f6n'), 'latin1')],
    ['a quantity below 0', 'BAD_SCHEMA', Buffer.from(text().replace('"quantity":1', '"quantity":-1'))],
    ['an infinite total', 'BAD_SCHEMA', Buffer.from(text().replace('"order_total":708.07', '"order_total":1e400'))],
    ['an exchange rate of 0', 'BAD_SCHEMA', Buffer.from(text().replace('"exchange_rate":1', '"exchange_rate":0.00'))],
  ])('refuses a record with %s as %s, with the message that decoding gives', (_, code, value) => {
    expect(codeOf(read(value))).toBe(code);
  });

  it('takes a record of the largest size, from its bytes', () => {
    const value = Buffer.from(text() + ' '.repeat(MAX_EVENT_BYTES - text().length));
    expect(wayOf(value)).toBe('scanned');
  });

  it('reads a short record from its bytes after a long one', () => {
    const reader = new OrderFactsReader(ALL);
    for (const value of [`${text()}${' '.repeat(10_000)}`, text()]) reader.read(Buffer.from(value), POSITION, NOW_MS);
    expect(reader.counts).toEqual({ scanned: 2, decoded: 0 });
  });

  it.each(['[', '{"a":', '[]'])('leaves %p that is repeated many times to JSON.parse', (piece) => {
    const deep = Buffer.from(text().replace('"Nori"', piece.repeat(50_000)));
    expect(codeOf(read(deep))).toBe('BAD_JSON');
    expect(codeOf(read(Buffer.from(piece.repeat(50_000))))).toBe('BAD_JSON');
  });

  it('takes an event time up to 60 s ahead and not 1 ms more', () => {
    const { event_time_ms } = first();
    expect(codeOf(read(SHOP_RECORDS[0] ?? null, POSITION, event_time_ms - 60_000))).toBe('ok');
    expect(codeOf(read(SHOP_RECORDS[0] ?? null, POSITION, event_time_ms - 60_001))).toBe('FUTURE_EVENT_TIME');
  });

  it('reads a record that stands anywhere in a larger piece of memory, and leaves the bytes as they are', () => {
    const joined = Buffer.concat(SHOP_RECORDS);
    const copy = Buffer.from(joined);
    let start = 0;
    for (const { length } of SHOP_RECORDS) {
      expect(wayOf(joined.subarray(start, start + length))).toBe('scanned');
      start += length;
    }
    expect(joined.equals(copy)).toBe(true);
  });
});

describe('factsOf', () => {
  it('gives the facts of a decoded event, with group keys only when asked for', () => {
    for (const record of SHOP_RECORDS) {
      const event = JSON.parse(String(record)) as OrderEvent;
      expect(snapshot(factsOf(event, ALL), ALL)).toEqual(plainReading(record, POSITION, NOW_MS, ALL));
    }
    expect(factsOf(first(), { groupKeys: false }).groupKeys).toEqual({
      state: '',
      categories: [],
      paymentMethod: '',
      loyaltyTier: '',
    });
  });
});

function text(): string {
  return String(SHOP_RECORDS[0]);
}

function requiredOf({ order_id, customer, line_items, order_total, timestamp, ...rest }: OrderEvent): object {
  const { event_id, event_type, event_time_ms, order_version, revenue_cents } = rest;
  const event = { event_id, event_type, event_time_ms, order_version, revenue_cents };
  return { order_id, customer: { customer_id: customer.customer_id }, line_items, order_total, timestamp, ...event };
}
