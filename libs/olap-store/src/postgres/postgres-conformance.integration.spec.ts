import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { createOlapAdmin, createOlapStore } from '../create-olap-store';
import { olapConformance, type GoldenRecord } from '../testing';
import { PostgresOlapIngester } from './postgres-olap-ingester';

jest.setTimeout(120_000);

describeWithEngine(['postgres'], 'PostgreSQL', () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });

  afterAll(() => postgres.remove());

  olapConformance('postgres', async () => {
    const settings = { kind: 'postgres', databaseUrl: postgres.url } as const;
    const admin = createOlapAdmin(settings);
    await admin.ensureTables();
    const store = createOlapStore(settings);
    const ingester = new PostgresOlapIngester({ databaseUrl: postgres.url });
    return {
      store,
      load: (records) => ingestInBatches(ingester, records),
      close: async () => {
        await Promise.all([store.close(), admin.close(), ingester.close()]);
      },
    };
  });
});

/** Partitions side by side, each in batches of 17 with every batch given twice, as after a crash before its commit was known. */
async function ingestInBatches(ingester: PostgresOlapIngester, records: readonly GoldenRecord[]): Promise<void> {
  const partitions = [...new Set(records.map(({ partition }) => partition))];
  await Promise.all(
    partitions.map(async (partition) => {
      const own = records.filter((record) => record.partition === partition);
      for (let start = 0; start < own.length; start += 17) {
        const slice = own.slice(start, start + 17);
        const batch = { topic: own[0]!.topic, partition, records: slice, nextOffset: start + slice.length };
        await ingester.ingest(batch);
        expect(await ingester.ingest(batch)).toMatchObject({
          inserted: 0,
          skipped: slice.length,
          nextOffset: batch.nextOffset,
        });
      }
    }),
  );
}
