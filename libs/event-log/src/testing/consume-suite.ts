import type { RecordBatch, WantedStart } from '../port';
import { eventually, keepAppending, numbered, Recorder, text, topicSpec, uniqueName, type Workbench } from './harness';

/** What one consumer may rely on. */
export function consumeSuite(bench: () => Workbench): void {
  describe('consuming', () => {
    it('hands over every record once and in order, of every partition', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const producer = log.producer();
      for (const partition of [0, 1, 2, 3]) await producer.append(topic, numbered(partition, 50, `p${partition}`));
      const recorder = new Recorder();
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('200 records', () => recorder.records.length >= 200);
      await producer.append(topic, numbered(3, 10, 'more'));
      await eventually('210 records', () => recorder.records.length >= 210);
      expect(consumer.status()).toEqual({ ok: true });
      await consumer.stop();
      for (const partition of [0, 1, 2]) {
        expect(recorder.of(partition).map(({ value }) => text(value))).toEqual(
          numbered(partition, 50, `p${partition}`).map(({ value }) => text(value)),
        );
      }
      expect(recorder.of(3).map(({ offset }) => offset)).toEqual(Array.from({ length: 60 }, (_, index) => index));
      expect(recorder.violations).toEqual([]);
      expect(recorder.records).toHaveLength(210);
    });

    it('assigns and revokes every partition, the empty ones too', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 3 });
      const recorder = new Recorder();
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('three partitions', () => recorder.held.size === 3);
      await consumer.stop();
      expect([...recorder.revoked].sort()).toEqual([0, 1, 2].map((partition) => `${topic}/${partition}`));
    });

    it('keeps batches within the bounds and says where they end', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const timestampMs = Date.now();
      const sizes = [400, 400, 400, 5_000, 100, 100, 100, 100, 100, 100];
      const records = sizes.map((size) => ({ partition: 0, key: null, value: Buffer.alloc(size), timestampMs }));
      await log.producer().append(topic, records);
      const recorder = new Recorder();
      const consumer = await bench().consume(log, topic, recorder, { maxBatchBytes: 1_000, maxBatchRecords: 4 });
      await eventually('10 records', () => recorder.records.length >= 10);
      await consumer.stop();
      let offset = 0;
      for (const batch of recorder.batches) {
        expect(batch.records[0]?.offset).toBe(offset);
        expect(batch.records.length).toBeLessThanOrEqual(4);
        const bytes = batch.records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
        if (batch.records.length > 1) expect(bytes).toBeLessThanOrEqual(1_000);
        expect(batch.nextOffset).toBe(offset + batch.records.length);
        expect(batch.endOffset).toBe(10);
        offset = batch.nextOffset;
      }
      expect(offset).toBe(10);
    });

    it('hands over transient records as they are, however many were handled before', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      const producer = log.producer();
      for (const partition of [0, 1]) await producer.append(topic, numbered(partition, 500, `p${partition}`));
      const values: (string | null)[][] = [[], []];
      const recorder = new Recorder();
      recorder.onBatch = async ({ partition, records }) => {
        values[partition]?.push(...records.map(({ value }) => text(value)));
      };
      const consumer = await bench().consume(log, topic, recorder, { transientRecords: true, maxBatchRecords: 20 });
      await eventually('1,000 records', () => values.flat().length >= 1_000);
      await consumer.stop();
      for (const partition of [0, 1])
        expect(values[partition]).toEqual(numbered(partition, 500, `p${partition}`).map(({ value }) => text(value)));
    });

    it('assigns a partition anew when its topic was made again, longer than it was, and then reads all of it', async () => {
      const log = bench().open();
      const admin = log.admin();
      const topic = await bench().topic(log, { partitions: 1 });
      await log.producer().append(topic, numbered(0, 3, 'before'));
      const recorder = new Recorder('earliest');
      const seen: (string | undefined)[] = [];
      const { onAssigned } = recorder;
      recorder.onAssigned = async (name, partition) => {
        seen.push((await admin.bounds(name))[0]?.topicId);
        return onAssigned.call(recorder, name, partition);
      };
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('three records', () => recorder.records.length === 3);
      await bench().engine.deleteTopic(topic);
      await admin.ensureTopics([topicSpec(topic, { partitions: 1 })]);
      const maker = bench().open().producer();
      await maker.append(topic, numbered(0, 10, 'after'));
      await eventually('ten records more', () => recorder.records.length >= 13);
      await consumer.stop();
      const valuesOf = (id: string | undefined) =>
        recorder.batches
          .filter(({ topicId }) => topicId === id)
          .flatMap(({ records }) => records.map(({ value }) => text(value)));
      const all = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
      expect(new Set(seen).size).toBe(2);
      expect(valuesOf(seen[0])).toEqual(all('before', 3));
      expect(valuesOf(seen.at(-1))).toEqual(all('after', 10));
      expect(recorder.records).toHaveLength(13);
      expect(recorder.violations).toEqual([]);
    });

    it.each([
      ['an offset', 7, [7, 8, 9]],
      ['the earliest', 'earliest' as const, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['what was committed (nothing, so the earliest)', 'committed' as const, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ])('starts at %s', async (_, from, expected) => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 1 });
      await log.producer().append(topic, numbered(0, 10));
      const recorder = new Recorder(from);
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('the last record', () => recorder.records.at(-1)?.offset === 9);
      await consumer.stop();
      expect(recorder.records.map(({ offset }) => offset)).toEqual(expected);
    });

    it('starts at the end for latest, and for an offset beyond the end', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 1 });
      await log.producer().append(topic, numbered(0, 10));
      const latest = new Recorder('latest');
      const beyond = new Recorder(1_000);
      const consumers = [await bench().consume(log, topic, latest), await bench().consume(log, topic, beyond)];
      await eventually('assignment', () => latest.held.size === 1 && beyond.held.size === 1);
      // Where "the end" is gets fixed soon after the assignment; what is appended from then on arrives without a gap.
      const producer = log.producer();
      await eventually('records for both', async () => {
        await producer.append(topic, numbered(0, 1, 'new'));
        await new Promise((resolve) => setTimeout(resolve, 100));
        return latest.records.length >= 2 && beyond.records.length >= 2;
      });
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      for (const recorder of [latest, beyond]) {
        const offsets = recorder.records.map(({ offset }) => offset);
        const [first = 0] = offsets;
        expect(first).toBeGreaterThanOrEqual(10);
        expect(offsets).toEqual(offsets.map((_, index) => first + index));
      }
    });

    it('resumes where the group has committed', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      const groupId = uniqueName('group');
      await log.producer().append(topic, [...numbered(0, 10), ...numbered(1, 10)]);
      const first = new Recorder('committed');
      const consumer = await bench().consume(log, topic, first, { groupId });
      await eventually('20 records', () => first.records.length >= 20);
      await consumer.commit(topic, 0, 6);
      await consumer.stop();
      expect(await log.admin().committedOffsets(groupId, topic)).toEqual([
        { partition: 0, nextOffset: 6 },
        { partition: 1, nextOffset: null },
      ]);
      const second = new Recorder('committed');
      const next = await bench().consume(log, topic, second, { groupId });
      await eventually('14 records', () => second.records.length >= 14);
      await next.stop();
      expect(second.of(0).map(({ offset }) => offset)).toEqual([6, 7, 8, 9]);
      expect(second.of(1)).toHaveLength(10);
    });

    it('reads nothing of a partition before its owner has said where to start', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      await log.producer().append(topic, [...numbered(0, 5), ...numbered(1, 5)]);
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      class Slow extends Recorder {
        override async onAssigned(name: string, partition: number): Promise<WantedStart> {
          await super.onAssigned(name, partition);
          if (partition === 0) await gate;
          return 2;
        }
      }
      const recorder = new Slow();
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('the other partition', () => recorder.of(1).length === 3);
      expect(recorder.of(0)).toEqual([]);
      open();
      await eventually('the slow partition', () => recorder.of(0).length === 3);
      await consumer.stop();
      expect(recorder.of(0).map(({ offset }) => offset)).toEqual([2, 3, 4]);
    });

    it('waits for a topic that is not there yet', async () => {
      const log = bench().open();
      const name = uniqueName('later');
      const recorder = new Recorder();
      const consumer = log.consumer({ groupId: uniqueName('group'), topics: [name] });
      const started = consumer.start(recorder);
      await eventually('the reason', () => {
        const status = consumer.status();
        return !status.ok && status.reason.includes(name);
      });
      await log.admin().ensureTopics([topicSpec(name)]);
      await started;
      await log.producer().append(name, numbered(0, 3));
      await eventually('three records', () => recorder.records.length === 3);
      expect(consumer.status()).toEqual({ ok: true });
      await consumer.stop();
    });

    it('can be stopped while it waits for a topic', async () => {
      const consumer = bench()
        .open()
        .consumer({ groupId: uniqueName('group'), topics: [uniqueName('never')] });
      const started = consumer.start(new Recorder());
      await new Promise((resolve) => setTimeout(resolve, 200));
      await consumer.stop();
      await started;
      expect(consumer.status().ok).toBe(false);
    });

    it('ends with the error of a handler, and revokes what it held', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      const recorder = new Recorder('earliest', async (batch: RecordBatch) => {
        if (batch.partition === 1) throw new Error('no space left');
      });
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('assignment', () => recorder.held.size === 2);
      await log.producer().append(topic, numbered(1, 1));
      await expect(consumer.failed).rejects.toThrow('no space left');
      await eventually('revocation', () => recorder.held.size === 0);
      const status = consumer.status();
      expect(status.ok ? '' : status.reason).toContain('no space left');
      await log.producer().append(topic, numbered(0, 1));
      await consumer.stop();
      expect(recorder.records).toEqual([]);
    });

    it('stops within 5 s after the running batch, which sees that it is stale', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 1 });
      await log.producer().append(topic, numbered(0, 100));
      let entered = false;
      let sawStale = false;
      const recorder = new Recorder('earliest', async (_, context) => {
        entered = true;
        while (!context.isStale()) {
          await context.heartbeat();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        sawStale = true;
      });
      const consumer = await bench().consume(log, topic, recorder, { maxBatchRecords: 10 });
      await eventually('a batch', () => entered);
      const begun = Date.now();
      await consumer.stop();
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect(sawStale).toBe(true);
      expect(recorder.batches).toHaveLength(1);
      expect([...recorder.revoked]).toEqual([`${topic}/0`]);
      expect(recorder.violations).toEqual([]);
    });

    it('stops within 5 s when a handler hangs', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 1 });
      await log.producer().append(topic, numbered(0, 1));
      let entered = false;
      const recorder = new Recorder('earliest', () => {
        entered = true;
        return new Promise<void>(() => undefined);
      });
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('a batch', () => entered);
      const begun = Date.now();
      await consumer.stop();
      expect(Date.now() - begun).toBeLessThan(5_500);
    });

    it('keeps up with records that are appended while it reads', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const recorder = new Recorder();
      const consumer = await bench().consume(log, topic, recorder);
      const source = keepAppending(log.producer(), topic, 4);
      await eventually('200 records', () => recorder.records.length > 200);
      const appended = await source.stop();
      await eventually('all of them', () => recorder.records.length >= appended);
      await consumer.stop();
      const values = recorder.records.map(({ value }) => Number(text(value))).sort((a, b) => a - b);
      expect(values).toEqual(Array.from({ length: appended }, (_, index) => index));
      expect(recorder.violations).toEqual([]);
    });
  });
}
