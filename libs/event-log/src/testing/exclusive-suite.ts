import { FencedError, LogUnavailableError, RecordTooLargeError, UnknownTopicError } from '../errors';
import type { EventLog, ExclusiveProducer, LogRecord, NewRecord } from '../port';
import { eventually, numbered, readAll, Recorder, text, uniqueName, type Workbench } from './harness';

const KILOBYTE = Buffer.alloc(1_000, 'x');
/** Of an append that no broker takes in one batch. */
const LARGE_COUNT = 4_000;

/** Records of a kilobyte and more which say in their key to which append they belong. */
function large(append: string, partitions: readonly number[], count = LARGE_COUNT): NewRecord[] {
  const timestampMs = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    partition: partitions[index % partitions.length] ?? 0,
    key: append,
    value: KILOBYTE,
    timestampMs,
  }));
}

/** How many records of each append there are. */
function counts(records: readonly LogRecord[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { key } of records) found.set(key ?? '', (found.get(key ?? '') ?? 0) + 1);
  return found;
}

/** Lets others do something: an append in memory does not. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const valuesOf = (records: readonly LogRecord[]): (string | null)[] => records.map(({ value }) => text(value));

/** What exclusive producers promise. */
export function exclusiveSuite(bench: () => Workbench): void {
  describe('appending exclusively', () => {
    const open = async (): Promise<{ log: EventLog; topic: string; name: string; producer: ExclusiveProducer }> => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      const name = uniqueName('producer');
      return { log, topic, name, producer: await log.exclusiveProducer(name) };
    };
    const ends = async (log: EventLog, topic: string, partition: number, count: number): Promise<LogRecord[]> => {
      let records: LogRecord[] = [];
      await eventually(`${count} records`, async () => {
        records = await readAll(log.admin(), topic, partition);
        return records.length >= count;
      });
      return records;
    };

    it('appends to several partitions, call after call in their order', async () => {
      const { log, topic, producer } = await open();
      const calls = Array.from({ length: 20 }, (_, call) =>
        producer.append(topic, [...numbered(0, 2, `${call}`), ...numbered(1, 1, `${call}`)]),
      );
      await Promise.all(calls);
      const first = await ends(log, topic, 0, 40);
      expect(valuesOf(first)).toEqual(calls.flatMap((_, call) => [`${call}-0`, `${call}-1`]));
      expect(valuesOf(await ends(log, topic, 1, 20))).toEqual(calls.map((_, call) => `${call}-0`));
    });

    it('fences the older one when another is opened under its name, and no other', async () => {
      const { log, topic, name, producer: older } = await open();
      const neighbour = await log.exclusiveProducer(uniqueName('producer'));
      await older.append(topic, numbered(0, 1, 'older'));
      const newer = await bench().open().exclusiveProducer(name);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const rejection: unknown = await older.append(topic, numbered(0, 1, 'fenced')).catch((error: unknown) => error);
        expect(rejection).toBeInstanceOf(FencedError);
        expect(rejection).toMatchObject({ code: 'FENCED', retriable: false });
      }
      await neighbour.append(topic, numbered(0, 1, 'neighbour'));
      await newer.append(topic, numbered(0, 1, 'newer'));
      await older.close();
      await newer.append(topic, numbered(0, 1, 'newest'));
      const records = await ends(log, topic, 0, 4);
      expect(valuesOf(records)).toEqual(['older-0', 'neighbour-0', 'newer-0', 'newest-0']);
    });

    it('shows readers all records of an append at once, however many there are', async () => {
      const { log, topic, producer } = await open();
      const recorder = new Recorder();
      await bench().consume(log, topic, recorder, { maxBatchRecords: 100_000, maxBatchBytes: 100_000_000 });
      const seen: number[] = [];
      const appends = ['a', 'b', 'c'];
      const writing = (async () => {
        for (const append of appends) await producer.append(topic, large(append, [0]));
      })();
      await eventually('every append', async () => {
        const found = counts(await readAll(log.admin(), topic, 0, { limit: 100_000 }));
        seen.push(...found.values());
        return found.size === appends.length;
      });
      await writing;
      expect(new Set(seen)).toEqual(new Set([LARGE_COUNT]));
      await eventually('every record', () => recorder.records.length === appends.length * LARGE_COUNT);
      expect(counts(recorder.records)).toEqual(new Map(appends.map((append) => [append, LARGE_COUNT])));
      expect(recorder.violations).toEqual([]);
    }, 120_000);

    it('lets who opens and then reads have all that older ones ever append, none of it in part', async () => {
      const { topic, name, log } = await open();
      const partitions = [0, 1];
      const appended: string[] = [];
      let generation: { producer: ExclusiveProducer; done: Promise<unknown> } | null = null;
      for (let number = 0; number < 5; number += 1) {
        const producer = await bench().open().exclusiveProducer(name);
        const before = await Promise.all(partitions.map((partition) => readAll(log.admin(), topic, partition)));
        const rejection = await generation?.done;
        if (generation) expect(rejection).toBeInstanceOf(FencedError);
        const after = await Promise.all(partitions.map((partition) => readAll(log.admin(), topic, partition)));
        expect(after.map(counts)).toEqual(before.map(counts));
        for (const found of before.map(counts)) {
          expect([...found.keys()]).toEqual(expect.arrayContaining(appended));
          expect(new Set(found.values())).toEqual(new Set(found.size > 0 ? [LARGE_COUNT / 2] : []));
        }

        // Appends on and on until it is fenced, in the middle of an append.
        const underWay = appended.length;
        const done = (async () => {
          for (let call = 0; ; call += 1) {
            await producer.append(topic, large(`${number}/${call}`, partitions));
            appended.push(`${number}/${call}`);
            await aMoment();
          }
        })().catch((error: unknown) => error);
        generation = { producer, done };
        await eventually('an append', () => appended.length > underWay);
      }
      await bench().open().exclusiveProducer(name);
      expect(await generation?.done).toBeInstanceOf(FencedError);
    }, 120_000);

    it('appends nothing of a call that cannot be appended, and goes on', async () => {
      const { log, topic, producer } = await open();
      const tooLarge = { partition: 1, key: null, value: Buffer.alloc(100_000), timestampMs: Date.now() };
      await expect(producer.append(topic, [...numbered(0, 2), tooLarge])).rejects.toThrow(RecordTooLargeError);
      await expect(producer.append(topic, [...numbered(0, 2), ...numbered(7, 1)])).rejects.toThrow(UnknownTopicError);
      await expect(producer.append(uniqueName('none'), numbered(0, 1))).rejects.toThrow(UnknownTopicError);
      await producer.append(topic, numbered(0, 1, 'after'));
      expect(valuesOf(await ends(log, topic, 0, 1))).toEqual(['after-0']);
    });

    it('leaves no doubt where the log ends, and which record is the last', async () => {
      const { log, topic, producer } = await open();
      const admin = log.admin();
      expect(await admin.readLast(topic, 0)).toBeNull();
      for (let append = 0; append < 5; append += 1) await producer.append(topic, numbered(0, 1, `${append}`));
      const [record] = (await ends(log, topic, 0, 5)).slice(-1);
      expect(text((await admin.readLast(topic, 0))?.value)).toBe('4-0');
      const [bounds] = await admin.bounds(topic);
      const end = bounds?.end ?? 0;
      expect(end).toBeGreaterThan(record?.offset ?? end);
      const rest = await admin.read(topic, 0, (record?.offset ?? 0) + 1, 10);
      expect(rest).toMatchObject({ topic, partition: 0, records: [], nextOffset: end, endOffset: end });
      expect(valuesOf(await readAll(admin, topic, 0, { limit: 1 }))).toEqual(
        [0, 1, 2, 3, 4].map((append) => `${append}-0`),
      );
    });

    it('appends nothing and succeeds for no records, and nothing at all once closed', async () => {
      const { log, topic, name, producer } = await open();
      await producer.append(topic, []);
      await Promise.all([producer.close(), producer.close()]);
      await expect(producer.append(topic, numbered(0, 1))).rejects.toThrow(LogUnavailableError);
      expect((await log.admin().bounds(topic))[0]).toMatchObject({ earliest: 0, end: 0 });
      await (await log.exclusiveProducer(name)).append(topic, numbered(0, 1));
      expect(await ends(log, topic, 0, 1)).toHaveLength(1);
    });

    it('goes on after its connections were cut, with each append there as a whole or not at all', async () => {
      const { log, topic, producer } = await open();
      let running = true;
      let call = 0;
      const resolved: string[] = [];
      const rejections: unknown[] = [];
      const writing = (async () => {
        for (; running; call += 1) {
          try {
            await producer.append(topic, large(`${call}`, [0, 1], 1_000));
            resolved.push(`${call}`);
          } catch (error) {
            rejections.push(error);
          }
          await aMoment();
        }
      })();
      await eventually('appends', () => resolved.length >= 2);
      await bench().engine.dropConnections();
      const before = resolved.length;
      await eventually('appends again', () => resolved.length >= before + 3, 45_000);
      running = false;
      await writing;
      await producer.append(topic, []);
      expect(rejections.filter((error) => !(error instanceof LogUnavailableError))).toEqual([]);
      for (const partition of [0, 1]) {
        await eventually('the last append', async () => {
          const last = await log.admin().readLast(topic, partition);
          return last?.key === resolved.at(-1) || last?.key === `${call - 1}`;
        });
        const found = counts(await readAll(log.admin(), topic, partition));
        expect([...found.keys()]).toEqual(expect.arrayContaining(resolved));
        expect(new Set(found.values())).toEqual(new Set([500]));
      }
    }, 120_000);
  });
}
