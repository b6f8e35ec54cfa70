import { LogUnavailableError } from '../errors';
import { eventLogConformance, eventually, numbered, Recorder, topicSpec } from '../testing';
import { MemoryBroker } from './memory-broker';
import { MemoryEventLog } from './memory-event-log';

eventLogConformance('memory', {
  start: async () => {
    const broker = new MemoryBroker();
    return {
      open: () => new MemoryEventLog(broker),
      dropConnections: async () => broker.dropConnections(),
      compact: async (topic) => broker.compact(topic),
      deleteTopic: async (topic) => broker.delete(topic),
      stop: async () => undefined,
    };
  },
});

describe('a log in memory', () => {
  it('drops what is older than its retention by the injected clock, but never the newest record', async () => {
    let nowMs = 1_000_000;
    const log = new MemoryEventLog(new MemoryBroker(() => nowMs));
    await log.admin().ensureTopics([topicSpec('topic', { retentionMs: 1_000, partitions: 1 })]);
    const producer = log.producer();
    for (const timestampMs of [999_000, 999_999, 1_000_000]) {
      await producer.append('topic', [{ partition: 0, key: null, value: null, timestampMs }]);
    }
    expect(await log.admin().bounds('topic')).toMatchObject([{ partition: 0, earliest: 0, end: 3 }]);
    nowMs = 1_001_000;
    await log.admin().ensureTopics([topicSpec('topic', { retentionMs: 999, partitions: 1 })]);
    expect(await log.admin().bounds('topic')).toMatchObject([{ partition: 0, earliest: 2, end: 3 }]);
  });

  it('is unavailable while its broker is switched off, and its consumers come back by themselves', async () => {
    const broker = new MemoryBroker();
    const log = new MemoryEventLog(broker);
    await log.admin().ensureTopics([topicSpec('topic', { partitions: 1 })]);
    const recorder = new Recorder('committed');
    const consumer = log.consumer({ groupId: 'group', topics: ['topic'] });
    await consumer.start(recorder);
    broker.setAvailable(false);
    await expect(log.producer().append('topic', numbered(0, 1))).rejects.toThrow(LogUnavailableError);
    await expect(log.admin().ping()).rejects.toThrow(LogUnavailableError);
    await eventually('not ok', () => !consumer.status().ok);
    broker.setAvailable(true);
    await log.producer().append('topic', numbered(0, 1));
    await eventually('the record', () => recorder.records.length === 1);
    expect(consumer.status()).toEqual({ ok: true });
    await log.close();
  });
});
