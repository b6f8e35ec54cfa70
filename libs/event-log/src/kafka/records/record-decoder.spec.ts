import fc from 'fast-check';
import type { LogRecord, RecordBatch } from '../../port';
import { UnreadableRecordsError } from '../kafka-errors';
import { ABORT, COMMIT, encodeBatch, encodeMarker, plainRecord, setAttributes } from '../testing/encode-batch';
import { RecordDecoder, type RecordSet } from './record-decoder';

const APPEND_TIME = 0x08;
const UNLIMITED = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

function setOf(bytes: Buffer, more: Partial<RecordSet> = {}): RecordSet {
  return {
    topic: 'orders',
    topicId: 'the first',
    partition: 3,
    fetchOffset: 0,
    endOffset: 1_000_000,
    abortedTransactions: [],
    bytes,
    ...more,
  };
}

function decode(bytes: Buffer, more: Partial<RecordSet> = {}): LogRecord[] {
  return [...(new RecordDecoder(setOf(bytes, more)).next(UNLIMITED)?.records ?? [])];
}

/** What the client makes of the same bytes. */
async function decodeWithClient(bytes: Buffer, fetchOffset: number): Promise<unknown[]> {
  interface Message {
    offset: string;
    timestamp: string;
    key: Buffer | null;
    value: Buffer | null;
    headers: Record<string, Buffer | Buffer[]>;
  }
  const Decoder = jest.requireActual<new (bytes: Buffer) => object>('kafkajs/src/protocol/decoder');
  const decodeMessages = jest.requireActual<(decoder: object) => Promise<Message[]>>(
    'kafkajs/src/protocol/requests/fetch/v4/decodeMessages',
  );
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  const messages = await decodeMessages(new Decoder(Buffer.concat([size, bytes])));
  return messages
    .filter(({ offset }) => Number(offset) >= fetchOffset)
    .map(({ offset, timestamp, key, value, headers }) => ({
      offset: Number(offset),
      timestampMs: Number(timestamp),
      key: key?.toString() ?? null,
      value: value?.toString('hex') ?? null,
      headers: Object.entries(headers).map(([name, values]) => [
        name,
        (Array.isArray(values) ? values.at(-1) : values)?.toString('hex'),
      ]),
    }));
}

function plain({ offset, timestampMs, key, value, headers }: LogRecord): unknown {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    offset,
    timestampMs,
    key,
    value: value === null ? null : hex(value),
    headers: Object.entries(headers).map(([name, bytes]) => [name, hex(bytes)]),
  };
}

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const someRecord = fc.record({
  gap: fc.integer({ min: 1, max: 200 }),
  timestampDelta: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -(10 ** 12), max: 10 ** 12 })),
  key: fc.option(fc.string({ unit: 'grapheme', maxLength: 100 }).map((text) => Buffer.from(text))),
  value: fc.option(
    fc.oneof(
      bytes(100),
      fc.integer({ min: 100, max: 20_000 }).map((size) => Buffer.alloc(size, size)),
    ),
  ),
  headers: fc.dictionary(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
    fc.oneof(bytes(50), fc.array(bytes(10), { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
});
const someBatch = fc.record({
  gap: fc.integer({ min: 0, max: 10 ** 9 }),
  firstTimestamp: fc.integer({ min: 0, max: 4 * 10 ** 12 }),
  maxTimestamp: fc.integer({ min: 0, max: 4 * 10 ** 12 }),
  compression: fc.constantFrom(0, 1),
  appendTime: fc.boolean(),
  tail: fc.integer({ min: 0, max: 3 }),
  records: fc.array(someRecord, { minLength: 1, maxLength: 8 }),
});

/** Batches one after another as brokers keep them, with the holes that compaction leaves. */
async function encodeLog(batches: readonly (typeof someBatch extends fc.Arbitrary<infer T> ? T : never)[]) {
  const encoded: Buffer[] = [];
  let next = 0;
  for (const { gap, records, tail, appendTime, ...batch } of batches) {
    const firstOffset = next + gap;
    let offsetDelta = -1;
    const plainRecords = records.map(({ gap: hole, ...record }) => ({ ...record, offsetDelta: (offsetDelta += hole) }));
    const lastOffsetDelta = offsetDelta + tail;
    const whole = await encodeBatch({ ...batch, firstOffset, records: plainRecords, lastOffsetDelta });
    encoded.push(appendTime ? setAttributes(whole, APPEND_TIME) : whole);
    next = firstOffset + lastOffsetDelta + 1;
  }
  return { bytes: Buffer.concat(encoded), next };
}

describe('RecordDecoder', () => {
  it('reads what the client reads of any batches, from any offset', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someBatch, { maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (batches, from) => {
          const log = await encodeLog(batches);
          const fetchOffset = Math.floor(from * log.next);
          const expected = await decodeWithClient(log.bytes, fetchOffset);
          expect(decode(log.bytes, { fetchOffset }).map(plain)).toEqual(expected);
          expect(new RecordDecoder(setOf(log.bytes, { fetchOffset })).nextOffset).toBe(log.next);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);

  it('leaves a batch that is cut short to the next fetch, wherever the cut is', async () => {
    const whole = await encodeBatch({
      firstOffset: 10,
      records: [plainRecord(0, Buffer.from('a')), plainRecord(1, Buffer.from('b'))],
    });
    const next = await encodeBatch({ firstOffset: 12, records: [plainRecord(0, Buffer.from('c'))] });
    for (let cut = 0; cut < next.length; cut += 1) {
      const cutShort = Buffer.concat([whole, next.subarray(0, cut)]);
      const decoder = new RecordDecoder(setOf(cutShort, { fetchOffset: 10 }));
      expect(decoder.nextOffset).toBe(12);
      expect(decoder.next(UNLIMITED)?.records.map(({ offset }) => offset)).toEqual([10, 11]);
      expect(decoder.next(UNLIMITED)).toBeNull();
    }
  });

  it('has nothing for no whole batch', async () => {
    const decoder = new RecordDecoder(setOf(Buffer.alloc(0), { fetchOffset: 7 }));
    expect(decoder.next(UNLIMITED)).toBeNull();
    expect(decoder.nextOffset).toBe(7);
  });

  it('keeps every record in order and within the limits, each batch going on where the one before ended', async () => {
    const shape = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 0, max: 40 }) }), {
      minLength: 1,
    });
    const limits = fc.record({
      maxBatchRecords: fc.integer({ min: 1, max: 5 }),
      maxBatchBytes: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, limits, async (records, { maxBatchRecords, maxBatchBytes }) => {
        let offsetDelta = -1;
        const all = records.map(({ gap, size }) => plainRecord((offsetDelta += gap), Buffer.alloc(size)));
        const log = await encodeBatch({ firstOffset: 5, records: all, lastOffsetDelta: offsetDelta + 2 });
        const decoder = new RecordDecoder(setOf(log, { endOffset: 99 }));
        const batches: RecordBatch[] = [];
        for (let next = decoder.next({ maxBatchRecords, maxBatchBytes }); next;) {
          batches.push(next);
          next = decoder.next({ maxBatchRecords, maxBatchBytes });
        }
        const offsets = batches.flatMap((batch) => batch.records.map(({ offset }) => offset));
        expect(offsets).toEqual(all.map((record) => 5 + record.offsetDelta));
        batches.forEach((batch, index) => {
          const size = batch.records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
          expect(batch.records.length).toBeLessThanOrEqual(maxBatchRecords);
          expect(batch.records.length === 1 || size <= maxBatchBytes).toBe(true);
          expect(batch.nextOffset).toBe(batches[index + 1]?.records[0]?.offset ?? 5 + offsetDelta + 3);
          expect(batch.fromOffset).toBe(batches[index - 1]?.nextOffset ?? decoder.set.fetchOffset);
          expect(batch).toMatchObject({ topic: 'orders', topicId: 'the first', partition: 3, endOffset: 99 });
        });
      }),
    );
  });

  it('leaves out aborted transactions and what ends transactions, however they are mixed and wherever reading begins', async () => {
    const step = fc.record({
      producer: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 3 }),
      end: fc.option(fc.constantFrom(ABORT, COMMIT)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), fc.nat(), async (steps, from) => {
        const parts: Buffer[] = [];
        const open = new Map<number, number[]>();
        const committed: number[] = [];
        const aborted: { producerId: number; firstOffset: number; lastOffset: number }[] = [];
        let next = 0;
        const finish = async (producerId: number, type: number): Promise<void> => {
          const offsets = open.get(producerId) ?? [];
          const [firstOffset] = offsets;
          if (firstOffset === undefined) return;
          if (type === COMMIT) committed.push(...offsets);
          else aborted.push({ producerId, firstOffset, lastOffset: next });
          open.delete(producerId);
          parts.push(await encodeMarker(next, producerId, type));
          next += 1;
        };
        for (const { producer: producerId, count, end } of steps) {
          const records = Array.from({ length: count }, (_, index) =>
            plainRecord(index, Buffer.from(String(next + index))),
          );
          parts.push(await encodeBatch({ firstOffset: next, producerId, transactional: true, records }));
          open.set(producerId, [
            ...(open.get(producerId) ?? []),
            ...records.map(({ offsetDelta }) => next + offsetDelta),
          ]);
          next += count;
          if (end !== null) await finish(producerId, end);
        }
        for (const producerId of [...open.keys()]) await finish(producerId, ABORT);

        const fetchOffset = from % next;
        const abortedTransactions = aborted.filter(({ lastOffset }) => lastOffset >= fetchOffset).reverse();
        const decoder = new RecordDecoder(setOf(Buffer.concat(parts), { fetchOffset, abortedTransactions }));
        const offsets = decoder.next(UNLIMITED)?.records.map(({ offset }) => offset) ?? [];
        expect(offsets).toEqual(committed.filter((offset) => offset >= fetchOffset).sort((a, b) => a - b));
        expect(decoder.nextOffset).toBe(next);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('shares the bytes of the fetch rather than to copy them', async () => {
    const log = await encodeBatch({ firstOffset: 0, records: [plainRecord(0, Buffer.from('value'))] });
    expect(decode(log)[0]?.value?.buffer).toBe(log.buffer);
  });

  it.each([
    ['an older format', 16, 1, 'format 1'],
    ['a codec that is not known', 22, 7, 'compression codec 7'],
    ['bytes that their codec does not unpack', 22, 1, 'gzip'],
    ['a record that ends beyond its batch', 61, 0xfe, 'impossible length'],
    ['a batch that ends before its records', 11, 3, 'impossible length'],
  ])('names topic, partition and offset of %s', async (_, at, byte, reason) => {
    const log = await encodeBatch({ firstOffset: 42, records: [plainRecord(0, Buffer.from('value'))] });
    log[at] = byte;
    const reading = (): unknown => decode(log, { fetchOffset: 42 });
    expect(reading).toThrow(UnreadableRecordsError);
    expect(reading).toThrow(reason);
    expect(reading).toThrow('orders/3 from offset 42');
  });
});
