import { type Health, ORDERS_TOPIC, type ProducerStatus, producerStatusSchema } from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { describeWithEngine, type RunningPostgres, startPostgres } from '@orderpulse/local-engines';
import { createService } from '@orderpulse/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { orderProducerSettings } from './config';
import { orderProducerService } from './order-producer.service-definition';
import { PretendOrderApi } from './testing/pretend-order-api';

jest.setTimeout(120_000);

const PARTITIONS = 4;

describeWithEngine(['postgres'], 'the order producer on PostgreSQL', () => {
  const orderApi = new PretendOrderApi();
  let dataDir: string;
  let engine: RunningPostgres;
  let log: EventLog;
  let app: NestFastifyApplication | undefined;

  const get = async <T>(path: string): Promise<{ status: number; body: T }> => {
    const answer = await fetch(`${await app?.getUrl()}${path}`);
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const status = async (): Promise<ProducerStatus> => producerStatusSchema.parse((await get('/status')).body);
  const health = () => get<Health>('/health/ready');
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    while (!(await what())) await delay(30);
  };
  const start = async (): Promise<void> => {
    const settings = { PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: engine.url, ORDER_API_URL: orderApi.url };
    app = await createService(orderProducerService, orderProducerSettings.parse(settings));
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
  };
  const sequences = async (): Promise<number[]> => {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
      log.admin().read(ORDERS_TOPIC, partition, 0, 100_000),
    );
    const records = (await Promise.all(partitions)).flatMap((batch) => batch.records);
    return records
      .map(({ headers }) => Number(Buffer.from(headers['sequence'] ?? []).toString()))
      .sort((a, b) => a - b);
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'order-producer-'));
    engine = await startPostgres({ dataDir, port: 0, settings: { fsync: 'off' } });
    log = createEventLog({ kind: 'postgres', databaseUrl: engine.url });
    await orderApi.start();
  });
  afterAll(async () => {
    await app?.close();
    await orderApi.stop();
    await log?.close();
    await engine?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is not ready without the topic and says so, and begins when it is made', async () => {
    for (let index = 0; index < 1_200; index += 1)
      orderApi.feed.add(`order-${index % 300}`, 1 + Math.floor(index / 300));
    await start();
    await until(async () => (await status()).state !== 'starting');
    const before = await health();
    expect([before.status, before.body.checks['topic']?.reason]).toEqual([503, expect.stringContaining('no topic')]);
    expect(await status()).toMatchObject({ state: 'recovering', cursor: null, published: 0 });
    const spec = {
      name: ORDERS_TOPIC,
      partitions: PARTITIONS,
      replicationFactor: 1,
      retentionMs: 3_600_000 * 1e6,
      maxRecordBytes: 1_048_576,
    };
    await log.admin().ensureTopics([spec]);
    await until(async () => (await status()).state === 'waiting');
    expect(await status()).toMatchObject({
      cursor: 1_200,
      latestSequence: 1_200,
      lag: 0,
      published: 1_200,
      gap: 0,
      lastError: null,
    });
    expect((await health()).status).toBe(200);
    expect(await sequences()).toEqual(upTo(1_200));
  });

  it('is not ready without the order API, and goes on when it is back', async () => {
    await orderApi.stop();
    await until(async () => (await health()).status === 503);
    expect((await health()).body.checks['order-api']?.reason).toContain('order-api');
    expect((await status()).lastError).toContain('order-api');
    for (let index = 0; index < 100; index += 1) orderApi.feed.add(`order-${index}`, 5);
    await orderApi.start();
    await until(async () => (await status()).cursor === 1_300);
    expect(await sequences()).toEqual(upTo(1_300));
    await until(async () => (await health()).status === 200);
  });

  it('finds its place on the topic after a restart and publishes nothing twice', async () => {
    await app?.close();
    for (let index = 0; index < 50; index += 1) orderApi.feed.add(`order-${index}`, 6);
    await start();
    await until(async () => (await status()).cursor === 1_350);
    const { published, skipped } = await status();
    expect(published).toBe(50);
    expect(skipped).toBeGreaterThan(0);
    expect(await sequences()).toEqual(upTo(1_350));
  });
});
