import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { MAX_EVENT_BYTES } from '../../topics';
import { type OrderEvent, orderEventSchema } from '../order-event';
import { OrderFactsReader } from './order-facts-reader';
import { arbitraryOf } from './testing/arbitrary-event';
import { arbitraryStyle, writeJson } from './testing/arbitrary-json';
import { arbitraryMutations, BAD_UTF8, mutate, ODD_TOKENS } from './testing/mutations';
import { plainReading, readingOf } from './testing/plain-reading';
import { SHOP_RECORDS } from './testing/shop-records';

const POSITION = { topic: 'FakeEcommOrders', partition: 1, offset: 7, timestampMs: 1_700_000_000_000 };
const FAR_FUTURE_MS = Number.MAX_SAFE_INTEGER;

/** A reader for all records of a test: what it learns from one must not change the next. */
function comparison(groupKeys: boolean): {
  reader: OrderFactsReader;
  compare: (value: Uint8Array, nowMs?: number) => void;
} {
  const options = { groupKeys };
  const reader = new OrderFactsReader(options);
  const compare = (value: Uint8Array, nowMs = FAR_FUTURE_MS): void => {
    const plain = plainReading(value, POSITION, nowMs, options);
    const reading = readingOf(reader.read(value, POSITION, nowMs), options);
    // Jest's own comparison takes longer than both readings, so it is only asked what the difference is.
    if (!isDeepStrictEqual(reading, plain)) expect(reading).toStrictEqual(plain);
  };
  return { reader, compare };
}

/** By number, which is shorter than a record where a counterexample is printed. */
const shopRecord = fc.nat(SHOP_RECORDS.length - 1);
const recordAt = (index: number): Buffer => SHOP_RECORDS[index] ?? Buffer.alloc(0);
const clock = fc.oneof(
  { weight: 3, arbitrary: fc.constant(FAR_FUTURE_MS) },
  fc.integer({ min: -60_002, max: -59_998 }).map((offset) => 1_700_000_000_000 + offset),
);

describe('reading facts from bytes gives the same as decoding', () => {
  it('for events that the schema allows, in any writing', () => {
    const { reader, compare } = comparison(true);
    let usual = 0;
    fc.assert(
      fc.property(arbitraryOf(orderEventSchema), arbitraryStyle, clock, (event, style, nowMs) => {
        if (!style.escapes && !style.oddNumbers && !style.repeatedFields) usual++;
        compare(Buffer.from(writeJson(event, style)), nowMs);
      }),
      { numRuns: 800 },
    );
    expect(reader.counts.scanned).toBeGreaterThan(usual / 20);
  });

  it.each([true, false])('for records of the shop with up to three changes, group keys: %p', (groupKeys) => {
    const { reader, compare } = comparison(groupKeys);
    fc.assert(
      fc.property(shopRecord, shopRecord, arbitraryMutations, clock, (record, other, mutations, nowMs) => {
        compare(mutate(recordAt(record), mutations, recordAt(other)), nowMs);
      }),
      { numRuns: 4_500 },
    );
    expect(reader.counts.scanned).toBeGreaterThan(500);
    expect(reader.counts.decoded).toBeGreaterThan(500);
  });

  it('for records of the shop in any writing', () => {
    const { compare } = comparison(true);
    fc.assert(
      fc.property(shopRecord, arbitraryStyle, clock, (record, style, nowMs) => {
        compare(Buffer.from(writeJson(JSON.parse(String(recordAt(record))), style)), nowMs);
      }),
      { numRuns: 1_500 },
    );
  });

  it('for any bytes, and any JSON', () => {
    const { compare } = comparison(true);
    const json = fc.json().map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json), (value) => compare(value)),
      { numRuns: 1_500 },
    );
  });

  it('for each value of a full record replaced by each odd piece of JSON, and each field left out', () => {
    const { reader, compare } = comparison(true);
    const record: unknown = JSON.parse(String(recordAt(7)));
    for (const written of eachValueReplaced(record)) {
      for (const token of ODD_TOKENS) compare(Buffer.from(written.replace(PLACE, () => token)));
      compare(Buffer.from(written.replace(FIELD_OF_PLACE, '')));
    }
    expect(reader.counts.scanned).toBeGreaterThan(1_000);
    expect(reader.counts.decoded).toBeGreaterThan(1_000);
  });

  it("for a record with each byte replaced by each byte of JSON's syntax, or doubled, or left out", () => {
    const { reader, compare } = comparison(true);
    const record = recordAt(8);
    for (let at = 0; at < record.length; at++) {
      const [before, byte, after] = [record.subarray(0, at), record.subarray(at, at + 1), record.subarray(at + 1)];
      const replacements = [...'{}[]:,"\\/0-. \n\u0000\u0080'].map((letter) => Buffer.from(letter, 'latin1'));
      for (const other of [...replacements, Buffer.concat([byte, byte]), Buffer.alloc(0)])
        compare(Buffer.concat([before, other, after]));
    }
    expect(reader.counts.scanned).toBeGreaterThan(1_000);
    expect(reader.counts.decoded).toBeGreaterThan(1_000);
  });

  it('for bytes that are not UTF-8, in texts that are needed and others', () => {
    const { reader, compare } = comparison(true);
    for (const place of [
      'Houston',
      'TX',
      'Books',
      'debit_card',
      '5cf84c60',
      'quickledger',
      'processor',
      'source',
      'no',
    ]) {
      for (const bytes of BAD_UTF8) {
        const text = String(recordAt(0));
        const at = text.indexOf(place);
        compare(Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))]));
      }
    }
    expect(reader.counts.scanned).toBe(0);
  });

  it('for a record cut off after each byte', () => {
    const { reader, compare } = comparison(true);
    const record = recordAt(7);
    for (let length = 0; length < record.length; length++) compare(record.subarray(0, length));
    expect(reader.counts).toEqual({ scanned: 0, decoded: record.length });
  });

  it('for a record cut off or ended by a brace after each byte, where the whole one has been before', () => {
    const { reader, compare } = comparison(true);
    const record = recordAt(7);
    for (let length = record.length - 1; length > 0; length--) {
      compare(record);
      compare(record.subarray(0, length));
      compare(Buffer.concat([record.subarray(0, length), Buffer.from('}')]));
    }
    expect(reader.counts.scanned).toBeGreaterThan(record.length - 2);
  });

  it('for records of the shop that follow each other with spaces in front, up to the largest size', () => {
    const { compare } = comparison(true);
    const spaces = fc.oneof(
      fc.nat(40),
      fc.integer({ min: -20, max: 2 }).map((more) => MAX_EVENT_BYTES + more),
    );
    fc.assert(
      fc.property(shopRecord, spaces, arbitraryMutations, (record, length, mutations) => {
        const value = mutate(recordAt(record), mutations, recordAt(0));
        const front = length < MAX_EVENT_BYTES / 2 ? length : Math.max(0, length - value.length);
        compare(Buffer.concat([Buffer.alloc(front, ' '), value]));
      }),
      { numRuns: 300 },
    );
  });

  it('for each kind of event with each way to say that it is delivered, refunded or fraud', () => {
    const { compare } = comparison(false);
    const event = JSON.parse(String(recordAt(0))) as OrderEvent;
    for (const event_type of ['order.created', 'order.updated', 'order.delivered', 'order.refunded', 'order.deleted'])
      for (const said of ['yes', 'YES', 'no', null, undefined])
        for (const fraud_flag of [true, false, 'true', 'False', '', null, undefined])
          compare(Buffer.from(JSON.stringify({ ...event, event_type, delivered: said, refunded: said, fraud_flag })));
  });
});

const PLACE = '"(here)"';
const FIELD_OF_PLACE = /"\w+":"\(here\)",?/;

/** The record as text once for each value in it, objects and arrays included, with PLACE in its place. */
function* eachValueReplaced(record: unknown): Generator<string> {
  if (typeof record !== 'object' || record === null) return;
  for (const [key, value] of Object.entries(record)) {
    const copy: unknown = Array.isArray(record) ? [...record] : { ...record };
    yield JSON.stringify(Object.assign(copy as object, { [key]: '(here)' }));
    for (const inner of eachValueReplaced(value))
      yield JSON.stringify(Object.assign(copy as object, { [key]: '(inner)' })).replace('"(inner)"', () => inner);
  }
}
