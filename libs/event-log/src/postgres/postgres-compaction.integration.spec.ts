import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine, startPostgres, type RunningPostgres } from '@orderpulse/local-engines';
import { Client } from 'pg';
import { type NewRecord, TOMBSTONE_RETENTION_MS } from '../port';
import { eventually, numbered, readAll, Recorder, topicSpec, uniqueName } from '../testing';
import { PgCompaction } from './pg-compaction';
import { PgDatabase } from './pg-database';
import { PostgresEventLog } from './postgres-event-log';

jest.setTimeout(60_000);

describeWithEngine(['postgres'], 'compaction of the event log on PostgreSQL', () => {
  let dataDir: string;
  let postgres: RunningPostgres;
  let database: PgDatabase;
  let log: PostgresEventLog;
  let nowMs = Date.now();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-postgres-compaction-'));
    postgres = await startPostgres({ dataDir, port: 0 });
    database = new PgDatabase(postgres.url);
    log = new PostgresEventLog({ databaseUrl: postgres.url, now: () => nowMs });
  }, 60_000);
  afterAll(async () => {
    await log?.close();
    await database?.close();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const sweep = (): Promise<void> => new PgCompaction(database, () => nowMs).sweep();

  async function compactedTopic(): Promise<string> {
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1, compacted: true })]);
    return topic;
  }

  const record = (key: string, value: string | null): NewRecord => ({
    partition: 0,
    key,
    value: value === null ? null : Buffer.from(value),
    timestampMs: nowMs,
  });

  const keysIn = async (topic: string): Promise<(string | null)[]> =>
    (await readAll(log.admin(), topic, 0)).map(({ key }) => key);

  it('looks at more records than one step takes, and finds what a step before has kept', async () => {
    const topic = await compactedTopic();
    const producer = log.producer();
    const keys = Array.from({ length: 14_000 }, (_, index) => `key-${index}`);
    await producer.append(
      topic,
      keys.map((key) => record(key, 'old')),
    );
    await producer.append(
      topic,
      keys.slice(0, 12_000).map((key) => record(key, 'new')),
    );
    await sweep();
    expect(await keysIn(topic)).toEqual([...keys.slice(12_000), ...keys.slice(0, 12_000)]);
    await producer.append(
      topic,
      keys.slice(0, 13_000).map((key) => record(key, 'newer')),
    );
    await sweep();
    expect(await keysIn(topic)).toEqual([...keys.slice(13_000), ...keys.slice(0, 13_000)]);
  });

  it('keeps a tombstone for its time from when it was looked at, and the newest record of a partition for ever', async () => {
    const topic = await compactedTopic();
    const producer = log.producer();
    await producer.append(topic, [record('gone', 'value'), record('stays', 'value'), record('gone', null)]);
    nowMs += TOMBSTONE_RETENTION_MS + 1;
    await sweep();
    expect(await keysIn(topic)).toEqual(['stays', 'gone']);
    nowMs += TOMBSTONE_RETENTION_MS + 1;
    await sweep();
    expect(await keysIn(topic)).toEqual(['stays', 'gone']);
    await producer.append(topic, [record('last', null)]);
    await sweep();
    expect(await keysIn(topic)).toEqual(['stays', 'last']);
    nowMs += TOMBSTONE_RETENTION_MS + 1;
    await sweep();
    expect(await keysIn(topic)).toEqual(['stays', 'last']);
    await producer.append(topic, [record('gone', 'back')]);
    await sweep();
    expect(await keysIn(topic)).toEqual(['stays', 'gone']);
  });

  it('is done now and then by every process that appends, and leaves other topics alone', async () => {
    const topic = await compactedTopic();
    const other = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(other, { partitions: 1 })]);
    const busy = new PostgresEventLog({ databaseUrl: postgres.url, retentionIntervalMs: 50 });
    const producer = await busy.exclusiveProducer(uniqueName('producer'));
    const records = [record('a', '1'), record('a', '2'), record('a', '3')];
    await producer.append(topic, records);
    await producer.append(other, records);
    await eventually('compaction', async () => (await keysIn(topic)).length === 1);
    expect(await keysIn(other)).toEqual(['a', 'a', 'a']);
    await busy.close();
  });

  it('does not fail on tables of an older version, but waits until they are brought up to date', async () => {
    const topic = await compactedTopic();
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`ALTER TABLE event_log.topics DROP COLUMN compacted;
      DROP TABLE event_log.newest_keys, event_log.compacted_partitions, event_log.exclusive_producers;
      DROP FUNCTION event_log.append_exclusively, event_log.settle_append, event_log.lock_producer, event_log.compact;
      COMMENT ON SCHEMA event_log IS 'event log of OrderPulse, version 2'`);
    await client.end();
    const fresh = new PostgresEventLog({ databaseUrl: postgres.url });
    await expect(fresh.exclusiveProducer('early')).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC', retriable: true });
    const recorder = new Recorder();
    const consumer = fresh.consumer({ groupId: uniqueName('group'), topics: [topic] });
    const started = consumer.start(recorder);
    await eventually('a reason', () => {
      const status = consumer.status();
      return !status.ok && status.reason !== 'joining the group';
    });
    await fresh.admin().ensureTopics([topicSpec(topic, { partitions: 1, compacted: true })]);
    await started;
    await (await fresh.exclusiveProducer('early')).append(topic, numbered(0, 1));
    await eventually('the record', () => recorder.records.length === 1);
    await fresh.close();
  });
});
