import type { LogRecord } from '@orderpulse/event-log';
import { PartitionOracle } from './partition-oracle';

const NOW_MS = 1_800_000_000_000;
const TIME_MS = NOW_MS - 3_600_000;

describe('the reference for a partition', () => {
  let oracle: PartitionOracle;

  beforeEach(() => {
    oracle = new PartitionOracle();
  });

  function readValue(value: Uint8Array | null): void {
    const record: LogRecord = { topic: 't', partition: 0, offset: oracle.nextOffset, key: 'k', value, headers: {}, timestampMs: TIME_MS };
    oracle.read(record, NOW_MS);
  }

  function read(timeMs: number, fields: object = {}): void {
    const event = { event_id: `e${oracle.nextOffset}`, event_type: 'order.created', event_time_ms: timeMs, revenue_cents: 150, order_total: 1.5 };
    readValue(Buffer.from(JSON.stringify({ ...event, ...fields })));
  }

  it('puts an event into each of its sixty windows, to the millisecond', () => {
    read(TIME_MS);
    expect(oracle.window(TIME_MS)).toMatchObject({ events: 1, orders: 1, revenueCents: 150 });
    expect(oracle.window(TIME_MS - 59_000)).toMatchObject({ events: 1 });
    expect(oracle.window(TIME_MS - 60_000)).toBeUndefined();
    expect(oracle.window(TIME_MS + 1_000)).toBeUndefined();
  });

  it('closes a window when stream time has passed its end by the grace', () => {
    read(TIME_MS);
    read(TIME_MS - 300_000 - 60_000 + 1_000);
    expect(oracle.counters).toMatchObject({ counted: 2, late: 0 });
    expect(oracle.window(TIME_MS - 359_000)).toMatchObject({ events: 1 });
    expect(oracle.window(TIME_MS - 360_000)).toBeUndefined();
    read(TIME_MS - 360_001);
    expect(oracle.counters).toMatchObject({ counted: 2, late: 1 });
    expect(oracle.late).toEqual([expect.stringMatching(/^0\/2 LATE, \d+ bytes, [0-9a-f]{40}$/)]);
    expect(oracle.oldestVisibleMs).toBe(TIME_MS - 359_000);
  });

  it('counts an event once, for as long as it remembers it', () => {
    read(TIME_MS, { event_id: 'same' });
    read(TIME_MS, { event_id: 'same' });
    expect(oracle.counters).toMatchObject({ read: 2, counted: 1, duplicate: 1 });
    read(TIME_MS + 960_000);
    read(TIME_MS, { event_id: 'same' });
    expect(oracle.counters).toMatchObject({ read: 4, duplicate: 1, late: 1 });
  });

  it('knows what an event counts for', () => {
    read(TIME_MS, { fraud_flag: 'TRUE', delivered: 'Yes' });
    read(TIME_MS, { event_type: 'order.delivered' });
    read(TIME_MS, { event_type: 'order.refunded' });
    read(TIME_MS, { event_type: 'order.updated', delivered: 'yes' });
    expect(oracle.totals).toEqual({ orders: 1, revenueCents: 150, fraud: 1, delivered: 2, refunded: 1 });
  });

  it('tells what is no order event, and why; stream time stays', () => {
    readValue(null);
    readValue(Buffer.alloc(1_048_577, ' '));
    readValue(Buffer.from('{"order_total": 1'));
    read(TIME_MS, { order_total: '1.50' });
    read(TIME_MS, { order_total: -0.01 });
    read(NOW_MS + 60_001);
    const codes = ['EMPTY_VALUE', 'TOO_LARGE', 'BAD_JSON', 'BAD_SCHEMA', 'BAD_SCHEMA', 'FUTURE_EVENT_TIME'];
    expect(oracle.dead.map((text) => text.split(/[ ,]/)[1])).toEqual(codes);
    expect(oracle.counters).toMatchObject({ read: 6, deadLettered: 6 });
    expect(oracle.streamTimeMs).toBe(-1);
  });

  it('counts what was gone above the first record, and refuses a hole', () => {
    oracle.skipTo(10);
    read(TIME_MS);
    oracle.skipTo(14);
    read(TIME_MS);
    expect(oracle.gap).toBe(3);
    const record: LogRecord = { topic: 't', partition: 0, offset: 20, key: 'k', value: null, headers: {}, timestampMs: TIME_MS };
    expect(() => oracle.read(record, NOW_MS)).toThrow('offset 20 where 15 is next');
  });
});
