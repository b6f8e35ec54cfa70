import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine, startPostgres, type RunningPostgres } from '@orderpulse/local-engines';
import { Client } from 'pg';
import { LogUnavailableError, UnknownTopicError } from '../errors';
import { eventually, numbered, Recorder, topicSpec, uniqueName } from '../testing';
import { PgDatabase } from './pg-database';
import { PgSession } from './pg-session';
import { PostgresEventLog } from './postgres-event-log';
import { TopicDirectory } from './topic-directory';

jest.setTimeout(60_000);

describeWithEngine(['postgres'], 'the event log on PostgreSQL under faults', () => {
  let dataDir: string;
  let postgres: RunningPostgres;
  let nowMs = Date.now();
  const logs: PostgresEventLog[] = [];

  function open(settings: { retentionIntervalMs?: number } = {}): PostgresEventLog {
    const log = new PostgresEventLog({ databaseUrl: postgres.url, now: () => nowMs, ...settings });
    logs.push(log);
    return log;
  }

  async function sql<Row extends object>(text: string): Promise<Row[]> {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-postgres-'));
    postgres = await startPostgres({ dataDir, port: 0 });
  }, 60_000);
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    nowMs = Date.now();
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('waits, in a database without a log, until somebody makes the topic', async () => {
    const name = uniqueName('first');
    const log = open();
    const recorder = new Recorder();
    const consumer = log.consumer({ groupId: uniqueName('group'), topics: [name] });
    const started = consumer.start(recorder);
    await expect(log.producer().append(name, numbered(0, 1))).rejects.toThrow(UnknownTopicError);
    expect(await log.admin().partitionCount(name)).toBeNull();
    await eventually('a reason', () => {
      const status = consumer.status();
      return !status.ok && status.reason.includes('no topic has been created');
    });
    await open()
      .admin()
      .ensureTopics([topicSpec(name)]);
    await started;
    await log.producer().append(name, numbered(0, 1));
    await eventually('the record', () => recorder.records.length === 1);
  });

  it('rejects as unavailable while the server is gone, and goes on when it is back', async () => {
    const log = open();
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 2 })]);
    const recorder = new Recorder('committed');
    const consumer = log.consumer({ groupId: uniqueName('group'), topics: [topic] });
    await consumer.start(recorder);
    const producer = log.producer();
    await producer.append(topic, numbered(0, 5));
    await eventually('five records', () => recorder.records.length === 5);
    await consumer.commit(topic, 0, 5);

    const { port } = postgres;
    await postgres.stop();
    await expect(producer.append(topic, numbered(0, 1))).rejects.toThrow(LogUnavailableError);
    await expect(log.admin().ping()).rejects.toThrow(LogUnavailableError);
    await eventually('a reason, and nothing held', () => !consumer.status().ok && recorder.held.size === 0);
    postgres = await startPostgres({ dataDir, port });

    await eventually('the partitions', () => recorder.held.size === 2);
    await producer.append(topic, numbered(1, 5));
    await eventually('the new records', () => recorder.of(1).length === 5);
    expect(consumer.status()).toEqual({ ok: true });
    expect(recorder.of(0).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    expect(recorder.violations).toEqual([]);
  });

  it('takes the partitions of a member that is connected but silent', async () => {
    const log = open();
    const topic = uniqueName('topic');
    const groupId = uniqueName('group');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 2 })]);
    const database = new PgDatabase(postgres.url);
    const events = { onGroupChange: jest.fn(), onAppend: jest.fn(), onLost: jest.fn() };
    const directory = new TopicDirectory(database);
    const joinedMs = performance.now();
    const silent = await PgSession.join(database, directory, { groupId, sessionTimeoutMs: 1_500, events }, () =>
      performance.now(),
    );
    for (const partition of [0, 1]) expect(await silent.tryLock({ topic, partition })).toBe(true);

    const takenAfterMs: number[] = [];
    const recorder = new Recorder();
    const { onAssigned } = recorder;
    recorder.onAssigned = (name, partition) => {
      takenAfterMs.push(performance.now() - joinedMs);
      return onAssigned.call(recorder, name, partition);
    };
    const consumer = log.consumer({ groupId, topics: [topic], sessionTimeoutMs: 1_500 });
    await consumer.start(recorder);
    await eventually('a take-over', () => recorder.held.size === 2, 5_000);
    expect(Math.min(...takenAfterMs)).toBeGreaterThanOrEqual(1_500);
    expect(silent.isLost()).toBe(true);
    expect(events.onLost).toHaveBeenCalledTimes(1);
    await silent.leave();
    await database.close();
  });

  it('gives a reader no record before those that were appended earlier, whatever order transactions commit in', async () => {
    const log = open();
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1 })]);
    const [row] = await sql<{ topic_id: number }>(`SELECT topic_id FROM event_log.topics WHERE name = '${topic}'`);
    const slow = new Client({ connectionString: postgres.url });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(
      `SELECT event_log.append_records($1, '{0}', '{0}', '{1000}', '{1}', '{-1}', '{-1}', '{4}', 'slow')`,
      [row?.topic_id],
    );
    const fast = log.producer().append(topic, numbered(0, 1, 'fast'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await log.admin().read(topic, 0, 0, 10)).records).toEqual([]);
    await slow.query('COMMIT');
    await slow.end();
    await fast;
    const records = (await log.admin().read(topic, 0, 0, 10)).records;
    expect(records.map(({ offset, value }) => [offset, Buffer.from(value ?? []).toString()])).toEqual([
      [0, 'slow'],
      [1, 'fast-0'],
    ]);
  });

  it('drops what is past its retention in the background, and reading goes on at the earliest record left', async () => {
    const log = open({ retentionIntervalMs: 100 });
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 2, retentionMs: 60_000 })]);
    const producer = log.producer();
    const at = (ageMs: number, value: string) => ({
      partition: 0,
      key: null,
      value: Buffer.from(value),
      timestampMs: nowMs - ageMs,
    });
    const many = Array.from({ length: 12_000 }, (_, index) => at(50_000, `old-${index}`));
    await producer.append(topic, [...many, at(1_000, 'young'), at(50_000, 'behind a young one')]);
    expect((await log.admin().bounds(topic))[0]).toMatchObject({ partition: 0, earliest: 0, end: 12_002 });
    nowMs += 20_000;
    await eventually('the sweep', async () => (await log.admin().bounds(topic))[0]?.earliest === 12_000);
    expect((await log.admin().read(topic, 0, 0, 10)).records.map(({ offset }) => offset)).toEqual([12_000, 12_001]);
    await eventually('the rows', async () => {
      const [count] = await sql<{ count: string }>(
        `SELECT count(*) FROM event_log.records JOIN event_log.topics USING (topic_id) WHERE name = '${topic}'`,
      );
      return count?.count === '2';
    });
    const recorder = new Recorder(5);
    const consumer = log.consumer({ groupId: uniqueName('group'), topics: [topic] });
    await consumer.start(recorder);
    await eventually('two records', () => recorder.records.length === 2);
    expect(recorder.records[0]?.offset).toBe(12_000);
  });

  it('lets records with a time in the future expire by when they were appended', async () => {
    const log = open();
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1, retentionMs: 60_000 })]);
    const future = { partition: 0, key: null, value: null, timestampMs: Date.now() + 1_000 * 86_400_000 };
    await log.producer().append(topic, [future, future, future]);
    nowMs += 3_600_000;
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1, retentionMs: 30_000 })]);
    // The newest record stays: whoever wrote it reads there how far it had come.
    expect(await log.admin().bounds(topic)).toMatchObject([{ partition: 0, earliest: 2, end: 3 }]);
  });

  it('keeps values of some kilobytes in their row', async () => {
    const log = open();
    const topic = uniqueName('topic');
    await log.admin().ensureTopics([topicSpec(topic, { partitions: 1 })]);
    const value = Buffer.from(JSON.stringify({ text: 'pulse '.repeat(500) }));
    await log.producer().append(topic, [{ partition: 0, key: null, value, timestampMs: nowMs }]);
    const [row] = await sql<{ outside: string; method: string | null }>(
      `SELECT pg_relation_size(reltoastrelid) AS outside,
              (SELECT pg_column_compression(value) FROM event_log.records JOIN event_log.topics USING (topic_id)
               WHERE name = '${topic}') AS method
       FROM pg_class WHERE oid = 'event_log.records'::regclass`,
    );
    expect(row?.outside).toBe('0');
    expect([null, 'lz4']).toContain(row?.method);
    expect(Buffer.from((await log.admin().readLast(topic, 0))?.value ?? []).equals(value)).toBe(true);
  });
});
