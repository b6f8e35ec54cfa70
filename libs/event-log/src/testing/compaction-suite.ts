import { InvalidRecordError } from '../errors';
import type { EventLog, LogRecord, NewRecord } from '../port';
import { eventually, numbered, readAll, Recorder, text, uniqueName, type Workbench } from './harness';

const ROUNDS = 40;
const KEYS = 25;
/** Keys whose newest record is a tombstone. */
const DELETED = ['key-3', 'key-17'];

/** What compacted topics promise. */
export function compactionSuite(bench: () => Workbench): void {
  describe('a compacted topic', () => {
    /** Values say at which offset they stand. Returns the newest offset of every key. */
    const fill = async (log: EventLog, topic: string, partition: number): Promise<Map<string, number>> => {
      const producer = log.producer();
      const newest = new Map<string, number>();
      let offset = 0;
      const append = async (keys: readonly string[], isTombstone = false): Promise<void> => {
        const records = keys.map((key): NewRecord => {
          newest.set(key, offset);
          const value = isTombstone ? null : Buffer.from(String(offset));
          offset += 1;
          return { partition, key, value, timestampMs: Date.now() };
        });
        await producer.append(topic, records);
      };
      const keys = Array.from({ length: KEYS }, (_, index) => `key-${index}`);
      await append(['once']);
      for (let round = 0; round < ROUNDS; round += 1)
        await append(keys.filter((_, index) => (index + round) % 5 !== 0));
      await append(DELETED, true);
      await bench().engine.compact(topic);
      // A moment later: what is appended last is not compacted everywhere.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await append(['last']);
      await append(['last']);
      return newest;
    };

    const expectWhole = (records: readonly LogRecord[], newest: ReadonlyMap<string, number>): void => {
      const offsets = records.map(({ offset }) => offset);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      for (const { offset, key, value } of records) {
        expect(value === null ? [...DELETED, newest.get(key ?? '')] : Number(text(value))).toEqual(
          value === null ? [...DELETED, offset] : offset,
        );
      }
      const there = new Map(records.map(({ key, offset }) => [key, offset]));
      for (const [key, offset] of newest) {
        if (!DELETED.includes(key) || there.has(key)) expect([key, there.get(key)]).toEqual([key, offset]);
      }
    };

    it('gives up replaced records and keeps the newest of every key, at its offset and in order', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2, compacted: true });
      const admin = log.admin();
      const newest = await fill(log, topic, 1);
      const total = Math.max(...newest.values()) + 1;
      let records: LogRecord[] = [];
      await eventually('compaction', async () => {
        records = await readAll(admin, topic, 1);
        return records.length < total / 4;
      });
      expectWhole(records, newest);

      const [, bounds] = await admin.bounds(topic);
      expect(bounds?.end).toBe(total);
      expect(bounds?.earliest).toBeLessThanOrEqual(records[0]?.offset ?? 0);
      expect((await admin.readLast(topic, 1))?.offset).toBe(total - 1);
      for (const limit of [1, 7]) {
        const offsets = (await readAll(admin, topic, 1, { limit })).map(({ offset }) => offset);
        expect(offsets).toEqual(records.map(({ offset }) => offset));
      }
      for (let from = 0; from <= total; from += 1 + (from % 13)) {
        const batch = await admin.read(topic, 1, from, 1);
        const next = records.find(({ offset }) => offset >= from);
        expect([from, batch.records[0]?.offset, batch.endOffset]).toEqual([from, next?.offset, total]);
        expect(batch.nextOffset).toBeGreaterThanOrEqual(next ? next.offset + 1 : total);
      }

      const recorder = new Recorder();
      await bench().consume(log, topic, recorder, { maxBatchRecords: 10 });
      await eventually('the last record', () => recorder.records.at(-1)?.offset === total - 1);
      expectWhole(recorder.records, newest);
      await log.producer().append(topic, numbered(1, 1));
      await eventually('one more record', () => recorder.records.at(-1)?.offset === total);
      expect(recorder.violations).toEqual([]);
    }, 120_000);

    it('is read to its end when all that is left of a run of offsets is a hole', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 1, compacted: true });
      const exclusive = await log.exclusiveProducer(uniqueName('producer'));
      for (let append = 0; append < 50; append += 1) await exclusive.append(topic, numbered(0, 20, `${append}`));
      await bench().engine.compact(topic);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await exclusive.append(topic, numbered(0, 1, 'end'));
      await exclusive.append(topic, numbered(0, 1, 'end'));
      let records: LogRecord[] = [];
      await eventually('compaction', async () => {
        records = await readAll(log.admin(), topic, 0, { limit: 5 });
        return records.length < 100;
      });
      const there = new Map(records.map(({ key, value }) => [key, text(value)]));
      for (let key = 1; key < 20; key += 1) expect(there.get(`key-${key}`)).toBe(`49-${key}`);
      expect(there.get('key-0')).toBe('end-0');
      expect(text((await log.admin().readLast(topic, 0))?.value)).toBe('end-0');
    }, 120_000);

    it('takes no record without a key, and nothing of a call with one', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { compacted: true });
      const records = [...numbered(0, 1), { partition: 0, key: null, value: null, timestampMs: Date.now() }];
      await expect(log.producer().append(topic, records)).rejects.toThrow(InvalidRecordError);
      const exclusive = await log.exclusiveProducer(uniqueName('producer'));
      await expect(exclusive.append(topic, records)).rejects.toThrow(InvalidRecordError);
      expect((await log.admin().bounds(topic))[0]?.end).toBe(0);
    });

    it('can be made of another topic, and its retention does not matter', async () => {
      const log = bench().open();
      const admin = log.admin();
      const topic = await bench().topic(log);
      const spec = { name: topic, partitions: 4, replicationFactor: 1, retentionMs: 1, maxRecordBytes: 64 * 1024 };
      const compacted = { ...spec, compacted: true };
      expect(await admin.ensureTopics([compacted])).toEqual({ created: [], changed: [topic] });
      expect(await admin.ensureTopics([{ ...compacted, retentionMs: 2 }])).toEqual({ created: [], changed: [] });
      await log.producer().append(topic, [{ partition: 0, key: 'old', value: null, timestampMs: 1_000 }]);
      await log.producer().append(topic, numbered(0, 1));
      expect((await admin.bounds(topic))[0]).toMatchObject({ partition: 0, earliest: 0, end: 2 });
      expect(await admin.ensureTopics([{ ...spec, retentionMs: 3_600_000 }])).toEqual({
        created: [],
        changed: [topic],
      });
    });
  });
}
