import { UnknownTopicError } from '../errors';
import { numbered, topicSpec, uniqueName, text, type Workbench } from './harness';

/** What topics, bounds and single reads promise. */
export function adminSuite(bench: () => Workbench): void {
  describe('administration', () => {
    it('creates a topic once, keeps it, and changes its retention', async () => {
      const admin = bench().open().admin();
      const name = uniqueName('topic');
      expect(await admin.partitionCount(name)).toBeNull();
      expect(await admin.ensureTopics([topicSpec(name, { partitions: 3 })])).toEqual({ created: [name], changed: [] });
      expect(await admin.partitionCount(name)).toBe(3);
      expect(await admin.ensureTopics([topicSpec(name, { partitions: 3 })])).toEqual({ created: [], changed: [] });
      const changed = topicSpec(name, { partitions: 3, retentionMs: 3_600_000 });
      expect(await admin.ensureTopics([changed])).toEqual({ created: [], changed: [name] });
      expect(await admin.ensureTopics([changed])).toEqual({ created: [], changed: [] });
    });

    it('creates a topic once when several ask at the same time', async () => {
      const name = uniqueName('topic');
      const outcomes = await Promise.all(
        [1, 2, 3].map(() =>
          bench()
            .open()
            .admin()
            .ensureTopics([topicSpec(name)]),
        ),
      );
      expect(outcomes.flatMap(({ created }) => created)).toEqual([name]);
      expect(await bench().open().admin().partitionCount(name)).toBe(4);
    });

    it('says where partitions begin and end', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      await log.producer().append(topic, numbered(1, 7));
      const topicId: unknown = expect.stringMatching(/./);
      expect(await log.admin().bounds(topic)).toEqual([
        { partition: 0, topicId, earliest: 0, end: 0 },
        { partition: 1, topicId, earliest: 0, end: 7 },
      ]);
    });

    it('tells a topic that was made again from the one before, and from any other', async () => {
      const log = bench().open();
      const admin = log.admin();
      const [topic, other] = [await bench().topic(log, { partitions: 2 }), await bench().topic(log)];
      const idsOf = async (name: string) => [...new Set((await admin.bounds(name)).map(({ topicId }) => topicId))];
      const [before] = await idsOf(topic);
      expect(await idsOf(topic)).toEqual([before]);
      expect(await idsOf(other)).not.toEqual([before]);
      expect((await admin.read(topic, 0, 0, 1)).topicId).toBe(before);
      await admin.ensureTopics([topicSpec(topic, { partitions: 2, retentionMs: 3_600_000 })]);
      expect(await idsOf(topic)).toEqual([before]);
      await bench().engine.deleteTopic(topic);
      await admin.ensureTopics([topicSpec(topic, { partitions: 2 })]);
      const [after] = await idsOf(topic);
      expect(after).not.toBe(before);
      await log.producer().append(topic, numbered(1, 3, 'after'));
      const batch = await admin.read(topic, 1, 1, 10);
      expect([batch.topicId, batch.records.map(({ value }) => text(value))]).toEqual([after, ['after-1', 'after-2']]);
    });

    it('finds the first offset at or after a time', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const base = Date.now() - 100_000;
      const times = [0, 1_000, 5_000, 3_000, 8_000];
      for (const time of times) {
        await log.producer().append(topic, [{ partition: 0, key: null, value: null, timestampMs: base + time }]);
      }
      const admin = log.admin();
      expect(await admin.offsetForTime(topic, 0, base - 1)).toBe(0);
      expect(await admin.offsetForTime(topic, 0, base + 1_000)).toBe(1);
      expect(await admin.offsetForTime(topic, 0, base + 1_001)).toBe(2);
      expect(await admin.offsetForTime(topic, 0, base + 5_001)).toBe(4);
      expect(await admin.offsetForTime(topic, 0, base + 8_001)).toBe(5);
      expect(await admin.offsetForTime(topic, 1, base)).toBe(0);
    });

    it('reads records from an offset, no more than asked for', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      await log.producer().append(topic, numbered(0, 10));
      const admin = log.admin();
      expect((await admin.read(topic, 0, 4, 3)).records.map(({ offset }) => offset)).toEqual([4, 5, 6]);
      expect((await admin.read(topic, 0, 8, 100)).records.map(({ offset }) => offset)).toEqual([8, 9]);
      expect((await admin.read(topic, 0, 10, 100)).records).toEqual([]);
      expect((await admin.read(topic, 1, 0, 100)).records).toEqual([]);
    });

    it('reads the last record of a partition', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const admin = log.admin();
      expect(await admin.readLast(topic, 0)).toBeNull();
      await log.producer().append(topic, numbered(0, 5));
      const last = await admin.readLast(topic, 0);
      expect([last?.offset, text(last?.value)]).toEqual([4, 'value-4']);
    });

    it('rejects questions about a topic or partition that is not there', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const admin = log.admin();
      await expect(admin.bounds(uniqueName('none'))).rejects.toThrow(UnknownTopicError);
      await expect(admin.readLast(uniqueName('none'), 0)).rejects.toThrow(UnknownTopicError);
      await expect(admin.read(topic, 99, 0, 1)).rejects.toThrow(UnknownTopicError);
      await expect(admin.offsetForTime(topic, 99, 0)).rejects.toThrow(UnknownTopicError);
    });

    it('knows no committed offsets of a group that has committed nothing', async () => {
      const log = bench().open();
      const topic = await bench().topic(log, { partitions: 2 });
      expect(await log.admin().committedOffsets(uniqueName('group'), topic)).toEqual([
        { partition: 0, nextOffset: null },
        { partition: 1, nextOffset: null },
      ]);
    });

    it('answers a ping', async () => {
      await expect(bench().open().admin().ping()).resolves.toBeUndefined();
    });
  });
}
