import { RecordTooLargeError, UnknownTopicError } from '../errors';
import { numbered, text, uniqueName, type Workbench } from './harness';

/** What appending promises. */
export function appendSuite(bench: () => Workbench): void {
  describe('appending', () => {
    it('gives dense offsets per partition in the order of the records', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const producer = log.producer();
      await producer.append(topic, [...numbered(0, 3, 'a'), ...numbered(2, 2, 'b')]);
      await producer.append(topic, numbered(0, 2, 'c'));
      const first = (await log.admin().read(topic, 0, 0, 100)).records;
      expect(first.map(({ offset, value }) => [offset, text(value)])).toEqual([
        [0, 'a-0'],
        [1, 'a-1'],
        [2, 'a-2'],
        [3, 'c-0'],
        [4, 'c-1'],
      ]);
      const third = (await log.admin().read(topic, 2, 0, 100)).records;
      expect(third.map(({ offset, value }) => [offset, text(value)])).toEqual([
        [0, 'b-0'],
        [1, 'b-1'],
      ]);
    });

    it('keeps key, value, time stamp and headers, binary ones too, byte for byte', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const timestampMs = Date.now() - 12_345;
      await log.producer().append(topic, [
        {
          partition: 1,
          key: 'Schlüssel "1", {}',
          value: bytes,
          headers: { text: 'größer', raw: bytes, empty: '' },
          timestampMs,
        },
      ]);
      const [record] = (await log.admin().read(topic, 1, 0, 1)).records;
      expect(record).toMatchObject({ topic, partition: 1, offset: 0, key: 'Schlüssel "1", {}', timestampMs });
      expect(Buffer.from(record?.value ?? []).equals(bytes)).toBe(true);
      expect(Object.keys(record?.headers ?? {}).sort()).toEqual(['empty', 'raw', 'text']);
      expect(text(record?.headers['text'])).toBe('größer');
      expect(Buffer.from(record?.headers['raw'] ?? []).equals(bytes)).toBe(true);
      expect(record?.headers['empty']?.byteLength).toBe(0);
    });

    it('tells null keys and values from empty ones', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const timestampMs = Date.now();
      await log.producer().append(topic, [
        { partition: 0, key: null, value: null, timestampMs },
        { partition: 0, key: '', value: new Uint8Array(0), timestampMs },
      ]);
      const [absent, empty] = (await log.admin().read(topic, 0, 0, 2)).records;
      expect([absent?.key, absent?.value, absent?.headers]).toEqual([null, null, {}]);
      expect(empty?.key).toBe('');
      expect(empty?.value?.byteLength).toBe(0);
    });

    it('takes a record of exactly the limit', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { maxRecordBytes: 20_000 });
      const value = Buffer.alloc(20_000 - 3 - 4, 7);
      await log
        .producer()
        .append(topic, [{ partition: 0, key: 'key', value, headers: { h: 'abc' }, timestampMs: Date.now() }]);
      const record = await log.admin().readLast(topic, 0);
      expect(record?.value?.byteLength).toBe(value.byteLength);
    });

    it('refuses a record over the limit and appends nothing of the call', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { maxRecordBytes: 20_000 });
      const tooLarge = { partition: 1, key: null, value: Buffer.alloc(20_001), timestampMs: Date.now() };
      await expect(log.producer().append(topic, [...numbered(0, 2), tooLarge])).rejects.toThrow(RecordTooLargeError);
      expect(await log.admin().bounds(topic)).toEqual(
        [0, 1, 2, 3].map((partition) => expect.objectContaining({ partition, earliest: 0, end: 0 })),
      );
    });

    it('takes a call that is far larger than one record may be', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { maxRecordBytes: 20_000 });
      const timestampMs = Date.now();
      const records = Array.from({ length: 300 }, (_, index) => ({
        partition: index % 2,
        key: String(index),
        value: Buffer.alloc(10_000, index % 251),
        timestampMs,
      }));
      await log.producer().append(topic, records);
      const read = (await log.admin().read(topic, 1, 0, 1_000)).records;
      expect(read.map(({ key }) => Number(key))).toEqual(Array.from({ length: 150 }, (_, index) => index * 2 + 1));
      expect(read.map(({ offset }) => offset)).toEqual(Array.from({ length: 150 }, (_, index) => index));
    });

    it('rejects an unknown topic, and an unknown partition, and works once the topic is there', async () => {
      const log = bench().open();
      const name = uniqueName('unknown');
      const producer = log.producer();
      await expect(producer.append(name, numbered(0, 1))).rejects.toThrow(UnknownTopicError);
      await log
        .admin()
        .ensureTopics([{ name, partitions: 2, replicationFactor: 1, retentionMs: 60_000, maxRecordBytes: 10_000 }]);
      await expect(producer.append(name, numbered(2, 1))).rejects.toThrow(UnknownTopicError);
      await producer.append(name, numbered(1, 1));
      expect((await log.admin().read(name, 1, 0, 10)).records).toHaveLength(1);
    });

    it('loses, doubles and reorders nothing when several producers append at the same time', async () => {
      const topic = await bench().topic(bench().open(), { partitions: 2 });
      const calls = 20;
      const writers = Array.from({ length: 4 }, (_, writer) => {
        const producer = bench().open().producer();
        return Promise.all(
          Array.from({ length: calls }, (_, call) =>
            producer.append(
              topic,
              // Partitions in alternating order, which is what makes careless locking dead-lock.
              [writer % 2, 1 - (writer % 2)].flatMap((partition) => numbered(partition, 5, `${writer}/${call}`)),
            ),
          ),
        );
      });
      await Promise.all(writers);
      for (const partition of [0, 1]) {
        const records = (await bench().open().admin().read(topic, partition, 0, 10_000)).records;
        expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 4 * calls * 5 }, (_, index) => index));
        for (let writer = 0; writer < 4; writer += 1) {
          const own = records.map(({ value }) => text(value) ?? '').filter((value) => value.startsWith(`${writer}/`));
          const expected = Array.from({ length: calls }, (_, call) => call).flatMap((call) =>
            [0, 1, 2, 3, 4].map((index) => `${writer}/${call}-${index}`),
          );
          expect(own).toEqual(expected);
        }
      }
    });

    it('appends nothing and succeeds for no records', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      await log.producer().append(topic, []);
      expect((await log.admin().bounds(topic))[0]?.end).toBe(0);
    });
  });
}
