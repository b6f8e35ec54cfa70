import type { Health, Overview } from '@orderpulse/contracts';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { createEventLog, type EventLog } from '@orderpulse/event-log';
import { type IngestBatch, type IngestResult, type OlapIngester, OlapUnavailableError } from '@orderpulse/olap-store';
import { type GatewayHarness, startGateway } from '../testing/gateway-harness';
import { ordersTopic } from '../testing/orders-topic';
import { until } from '../testing/until';

// A consumer that failed begins again after up to a second, and "it did not happen in time" after 20 s must have its say first.
jest.setTimeout(60_000);

/** Tables that commit values and offset together, and can be gone. */
class FakeTables implements OlapIngester {
  gone = false;
  readonly values: string[] = [];
  private readonly offsets = new Map<number, number>();

  skipTo(partition: number, offset: number): void {
    this.offsets.set(partition, offset);
  }

  async nextOffset(_topic: string, partition: number): Promise<number> {
    this.check();
    return this.offsets.get(partition) ?? 0;
  }

  async ingest(batch: IngestBatch): Promise<IngestResult> {
    this.check();
    const from = this.offsets.get(batch.partition) ?? 0;
    const fresh = batch.records.filter(({ offset }) => offset >= from);
    this.values.push(...fresh.map(({ value }) => Buffer.from(value ?? []).toString()));
    this.offsets.set(batch.partition, batch.nextOffset);
    return {
      inserted: fresh.length,
      duplicates: 0,
      rejected: 0,
      skipped: batch.records.length - fresh.length,
      nextOffset: batch.nextOffset,
    };
  }

  async close(): Promise<void> {
    this.gone = true;
  }

  private check(): void {
    if (this.gone) throw new OlapUnavailableError('postgres does not answer');
  }
}

describe('filling the SQL tables', () => {
  let gateway: GatewayHarness;
  let log: EventLog;
  const tables = new FakeTables();

  const append = (...values: string[]): Promise<void> =>
    log.producer().append(
      ORDERS_TOPIC,
      values.map((value, index) => ({
        partition: index % 4,
        key: value,
        value: Buffer.from(value),
        timestampMs: Date.now(),
      })),
    );
  const ingestion = async () => (await gateway.json<Health>('/health/ready')).checks['ingestion'];

  beforeAll(async () => {
    gateway = await startGateway({ ingester: tables });
    log = createEventLog({ kind: 'memory', broker: gateway.broker });
  });
  afterAll(() => gateway.close());

  it('starts before its topic exists, says so, and begins when it does', async () => {
    await until(async () => (await ingestion())?.reason?.includes(ORDERS_TOPIC) ?? false);
    await log.admin().ensureTopics([ordersTopic]);
    await append('a', 'b', 'c');
    await until(() => tables.values.length === 3);
    await until(async () => (await ingestion())?.ok === true);
  });

  it('tells the lag beside the figures', async () => {
    await until(async () => (await gateway.json<Overview>('/orders/overview2')).meta.lag === 0);
  });

  it('is not ready while the tables are gone, leaves the overview alone, and goes on without a hole or a repetition', async () => {
    tables.gone = true;
    await append('d', 'e');
    await until(async () => (await ingestion())?.ok === false);
    expect((await gateway.get('/orders/overview')).status).toBe(200);
    tables.gone = false;
    await append('f');
    await until(() => tables.values.length >= 6);
    expect([...tables.values].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    await until(async () => (await ingestion())?.ok === true);
  });

  it('says so when the topic is shorter than what the tables have read, and fills them no further', async () => {
    tables.gone = true;
    await append('g');
    await until(async () => (await ingestion())?.ok === false);
    tables.skipTo(0, 1_000_000);
    tables.gone = false;
    await until(async () => (await ingestion())?.reason?.includes('made anew') ?? false);
    tables.skipTo(0, 3);
    await until(async () => (await ingestion())?.ok === true);
  });

  it('counts what it has read', async () => {
    const metrics = await (await gateway.get('/metrics')).text();
    expect(metrics).toContain('orderpulse_sql_ingest_records_total{outcome="inserted"} 7');
    expect(metrics).toMatch(/orderpulse_sql_ingest_restarts_total [1-9]/);
  });
});
