import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { Client } from 'pg';
import { createOlapAdmin, createOlapStore } from '../create-olap-store';
import { OlapInexactError, OlapUnavailableError } from '../errors';
import type { IngestBatch, OlapAdmin, OlapStore } from '../port';
import { GOLDEN, goldenRecords, type GoldenRecord } from '../testing';
import { PostgresOlapIngester } from './postgres-olap-ingester';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;
const all = { fromMs: 0, toMs: GOLDEN.noonMs + HOUR_MS };

describeWithEngine(['postgres'], 'The PostgreSQL adapter', () => {
  let postgres: TestPostgres;
  let admin: OlapAdmin;
  let store: OlapStore;
  let ingester: PostgresOlapIngester;
  let client: Client;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });

  afterAll(() => postgres.remove());

  beforeEach(async () => {
    const settings = { kind: 'postgres', databaseUrl: postgres.url, retentionMs: HOUR_MS } as const;
    admin = createOlapAdmin(settings);
    store = createOlapStore(settings);
    ingester = new PostgresOlapIngester({ databaseUrl: postgres.url });
    client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('DROP SCHEMA IF EXISTS olap CASCADE');
  });

  afterEach(async () => {
    await Promise.all([store.close(), admin.close(), ingester.close(), client.end()]);
  });

  it('makes its tables once, however many callers there are', async () => {
    await expect(store.ping()).rejects.toThrow(/olap\.order_events, olap\.orders, olap\.order_lines/);
    await expect(store.totals()).rejects.toThrow(OlapUnavailableError);
    const made = await Promise.all([admin.ensureTables(), admin.ensureTables(), admin.ensureTables()]);
    expect(made.flatMap(({ created }) => created).sort()).toEqual([
      'ingest_offsets',
      'order_events',
      'order_lines',
      'orders',
    ]);
    expect(await admin.ensureTables()).toEqual({ created: [], changed: [] });
    await expect(admin.probeTables()).resolves.toBeUndefined();
    expect(await admin.version()).toMatch(/^postgres \d+/);
  });

  it('stores the rows and the offset of a batch together or not at all', async () => {
    await admin.ensureTables();
    const batch = partitionBatch(0);
    await client.query(`ALTER TABLE olap.order_lines ADD CONSTRAINT broken CHECK (quantity < 0)`);
    await expect(ingester.ingest(batch)).rejects.toThrow(/broken/);
    expect(await ingester.nextOffset(batch.topic, 0)).toBe(0);
    expect((await store.totals()).events).toBe(0);

    await client.query(`ALTER TABLE olap.order_lines DROP CONSTRAINT broken`);
    const result = await ingester.ingest(batch);
    expect(result.inserted + result.duplicates + result.rejected).toBe(batch.records.length);
    expect(result).toMatchObject({ skipped: 0, nextOffset: batch.nextOffset });
    expect(await ingester.nextOffset(batch.topic, 0)).toBe(batch.nextOffset);
  });

  it('skips what it has read when a batch overlaps the last one, and follows gaps', async () => {
    await admin.ensureTables();
    const batch = partitionBatch(1);
    const head = { ...batch, records: batch.records.slice(0, 10), nextOffset: 10 };
    await ingester.ingest(head);
    const overlapping = { ...batch, records: batch.records.slice(5) };
    expect(await ingester.ingest(overlapping)).toMatchObject({ skipped: 5 });
    expect(await ingester.ingest({ ...batch, records: [], nextOffset: batch.nextOffset + 3 })).toMatchObject({
      nextOffset: batch.nextOffset + 3,
    });
    expect(await ingester.nextOffset(batch.topic, 1)).toBe(batch.nextOffset + 3);
  });

  it('counts one event id once when two partitions bring it at the same time', async () => {
    await admin.ensureTables();
    const events = goldenRecords().events.filter(({ event_id }) => event_id.startsWith('event-'));
    const records = events.map((event, offset) => ({
      offset,
      value: Buffer.from(JSON.stringify(event)),
      timestampMs: event.event_time_ms,
    }));
    const batch = { topic: 'orders', records, nextOffset: records.length };
    const results = await Promise.all([0, 1, 2, 3].map((partition) => ingester.ingest({ ...batch, partition })));
    expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(events.length);
    expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(3 * events.length);
    expect((await store.totals()).events).toBe(events.length);
  });

  it('keeps texts that PostgreSQL cannot hold, with the offending characters replaced', async () => {
    await admin.ensureTables();
    const [record] = partitionBatch(0).records;
    const order = JSON.parse(record!.value!.toString()) as Record<string, unknown>;
    const odd = '\u0000 {"\\} \ud800 🙂';
    const value = {
      ...order,
      customer: { customer_id: odd, city: odd },
      coupon_codes: [{ name: odd }, { name: 'a,b' }],
    };
    await ingester.ingest({
      ...partitionBatch(0),
      records: [{ ...record!, value: Buffer.from(JSON.stringify(value)) }],
      nextOffset: 1,
    });
    const kept = '\ufffd {"\\} \ufffd 🙂';
    expect((await store.latestOrders(1)).rows[0]?.customerId).toBe(kept);
    expect((await store.topLocations(all, 5)).cities).toEqual([{ city: kept, totalOrders: 1 }]);
    expect((await store.coupons(all, 5)).rows.map(({ coupon_code }) => coupon_code)).toEqual(['a,b', kept]);
  });

  it('removes what is past retention and nothing else', async () => {
    await admin.ensureTables();
    await ingester.ingest(partitionBatch(0));
    const before = await store.totals();
    expect(await admin.applyRetention(GOLDEN.noonMs - 7_200_000 + HOUR_MS)).toBe(0);
    expect((await store.totals()).events).toBe(before.events);

    expect(await admin.applyRetention(GOLDEN.noonMs)).toBeGreaterThan(0);
    const kept = { fromMs: GOLDEN.noonMs - HOUR_MS, toMs: all.toMs };
    expect((await store.period(all)).period).toEqual((await store.period(kept)).period);
    expect((await store.period(kept)).period.orders).toBeGreaterThan(0);
    expect(await admin.applyRetention(GOLDEN.noonMs + 100 * HOUR_MS)).toBeGreaterThan(0);
    expect((await store.totals()).events).toBe(0);
    expect((await store.latestOrders(10)).rows).toEqual([]);
  });

  it('refuses to round a sum that a number cannot hold', async () => {
    await admin.ensureTables();
    await ingester.ingest(partitionBatch(0));
    await client.query('UPDATE olap.order_events SET created_revenue_cents = 9007199254740991 WHERE orders = 1');
    await expect(store.totals()).rejects.toThrow(OlapInexactError);
  });

  it('says within two seconds that the server is gone, and answers again when it is back', async () => {
    await admin.ensureTables();
    await ingester.ingest(partitionBatch(0));
    const before = await store.totals();
    await postgres.stop();
    const stoppedAt = Date.now();
    await expect(store.overview(GOLDEN.noonMs)).rejects.toThrow(OlapUnavailableError);
    await expect(ingester.ingest(partitionBatch(1))).rejects.toThrow(OlapUnavailableError);
    expect(Date.now() - stoppedAt).toBeLessThan(4_000);

    await postgres.start();
    expect(await store.totals()).toEqual(before);
    expect((await ingester.ingest(partitionBatch(1))).inserted).toBeGreaterThan(0);
  });
});

function partitionBatch(partition: number): IngestBatch & { records: GoldenRecord[] } {
  const records = goldenRecords().records.filter((record) => record.partition === partition);
  return { topic: records[0]!.topic, partition, records, nextOffset: records.length };
}
