import { decodeOrderEvent, type OrderEvent } from '@orderpulse/contracts';
import type { IngestBatch, IngestRecord, IngestResult, OlapIngester } from '../port';
import { exactInteger } from '../shared/numbers';
import { Database, type DatabaseOptions, type Queryable } from './database';
import { columns, eventRow, lineRows, orderRow, pgText } from './rows';

/** Settings of the ingester. */
export interface IngesterOptions extends DatabaseOptions {
  /** The reader's clock, epoch ms. Default Date.now. */
  now?: () => number;
}

/**
 * Fills the PostgreSQL tables from the topic: each batch is one transaction of rows and the partition's next offset, so a
 * batch that comes again after a crash is skipped by its offsets. Of one event id the first record wins.
 */
export class PostgresOlapIngester implements OlapIngester {
  private readonly database: Database;
  private readonly now: () => number;

  constructor(options: IngesterOptions) {
    this.database = new Database({ maxConnections: 2, ...options });
    this.now = options.now ?? Date.now;
  }

  /** The offset to read first (inclusive); 0 when nothing has been read. @throws OlapUnavailableError */
  async nextOffset(topic: string, partition: number): Promise<number> {
    const [row] = await this.database.query<{ next_offset: string }>(
      'SELECT next_offset FROM olap.ingest_offsets WHERE topic = $1 AND partition = $2',
      [topic, partition],
    );
    return row === undefined ? 0 : exactInteger(row.next_offset, 'next_offset');
  }

  /**
   * Stores a batch and the offset after it in one transaction. Records below the stored offset are skipped. Two callers
   * with the same partition wait for each other.
   * @throws OlapUnavailableError nothing of the batch is stored; the same batch may be given again
   */
  async ingest(batch: IngestBatch): Promise<IngestResult> {
    return await this.database.transaction(async (transaction) => {
      const start = await lockOffset(transaction, batch);
      const fresh = batch.records.filter(({ offset }) => offset >= start);
      const events = this.decode(batch, fresh);
      const unique = firstOfEachId(events);
      const inserted = await insertEvents(transaction, unique);
      await insertLines(transaction, inserted);
      await upsertOrders(transaction, inserted);
      const nextOffset = Math.max(start, batch.nextOffset);
      await moveOffset(transaction, batch, nextOffset, events);
      return {
        inserted: inserted.length,
        duplicates: events.length - inserted.length,
        rejected: fresh.length - events.length,
        skipped: batch.records.length - fresh.length,
        nextOffset,
      };
    });
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private decode({ topic, partition }: IngestBatch, records: readonly IngestRecord[]): OrderEvent[] {
    const nowMs = this.now();
    return records.flatMap(({ value, offset, timestampMs }) => {
      const result = decodeOrderEvent(value, { topic, partition, offset, timestampMs }, nowMs);
      return result.ok ? [result.event] : [];
    });
  }
}

/** The partition's next offset, its row locked until the transaction ends. */
async function lockOffset(transaction: Queryable, { topic, partition }: IngestBatch): Promise<number> {
  await transaction.query(
    'INSERT INTO olap.ingest_offsets (topic, partition, next_offset) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
    [topic, partition],
  );
  const [row] = await transaction.query<{ next_offset: string }>(
    'SELECT next_offset FROM olap.ingest_offsets WHERE topic = $1 AND partition = $2 FOR UPDATE',
    [topic, partition],
  );
  return exactInteger(row?.next_offset, 'next_offset');
}

function firstOfEachId(events: readonly OrderEvent[]): OrderEvent[] {
  const first = new Map<string, OrderEvent>();
  for (const event of events) {
    const eventId = pgText(event.event_id);
    if (!first.has(eventId)) first.set(eventId, event);
  }
  return [...first.values()];
}

/** Inserts the events whose id is new and returns those, in their order. */
async function insertEvents(transaction: Queryable, events: readonly OrderEvent[]): Promise<OrderEvent[]> {
  if (events.length === 0) return [];
  // Sorted by key, so that two partitions that share an id cannot wait for each other in a circle.
  const sorted = [...events].sort((a, b) => (pgText(a.event_id) < pgText(b.event_id) ? -1 : 1));
  const rows = await transaction.query<{ event_id: string }>(
    `INSERT INTO olap.order_events (event_id, event_type, order_id, event_time_ms, orders, created_revenue_cents,
       fraud_orders, delivered_orders, refunded_orders, customer_city, customer_state, coupons)
     SELECT event_id, event_type, order_id, event_time_ms, orders, cents, fraud, delivered, refunded, city, state, coupons::text[]
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::smallint[], $6::bigint[], $7::smallint[],
       $8::smallint[], $9::smallint[], $10::text[], $11::text[], $12::text[])
       AS new (event_id, event_type, order_id, event_time_ms, orders, cents, fraud, delivered, refunded, city, state, coupons)
     ON CONFLICT (event_id) DO NOTHING RETURNING event_id`,
    columns(sorted.map(eventRow), 12),
  );
  const inserted = new Set(rows.map(({ event_id }) => event_id));
  return events.filter(({ event_id }) => inserted.has(pgText(event_id)));
}

async function insertLines(transaction: Queryable, events: readonly OrderEvent[]): Promise<void> {
  const rows = events.flatMap(lineRows);
  if (rows.length === 0) return;
  await transaction.query(
    `INSERT INTO olap.order_lines (order_id, event_time_ms, product_id, item_name, category, quantity)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[])`,
    columns(rows, 6),
  );
}

/** Of each order the latest version wins; of equal versions the later record, as in Pinot's upsert. */
async function upsertOrders(transaction: Queryable, events: readonly OrderEvent[]): Promise<void> {
  if (events.length === 0) return;
  const latest = new Map<string, { event: OrderEvent; createdTimeMs: number }>();
  for (const event of events) {
    const orderId = pgText(event.order_id);
    const known = latest.get(orderId);
    if (known === undefined) latest.set(orderId, { event, createdTimeMs: event.event_time_ms });
    else if (event.order_version >= known.event.order_version) known.event = event;
  }
  const sorted = [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  await transaction.query(
    `INSERT INTO olap.orders AS known (order_id, order_version, deleted, created_time_ms, event_time_ms, customer_id,
       currency, order_total, line_quantities)
     SELECT order_id, version, deleted, created, event_time, customer_id, currency, total, quantities::bigint[]
     FROM unnest($1::text[], $2::bigint[], $3::boolean[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::float8[], $9::text[])
       AS new (order_id, version, deleted, created, event_time, customer_id, currency, total, quantities)
     ON CONFLICT (order_id) DO UPDATE SET order_version = excluded.order_version, deleted = excluded.deleted,
       event_time_ms = excluded.event_time_ms, customer_id = excluded.customer_id, currency = excluded.currency,
       order_total = excluded.order_total, line_quantities = excluded.line_quantities
     WHERE excluded.order_version >= known.order_version`,
    columns(
      sorted.map(([, { event, createdTimeMs }]) => orderRow(event, createdTimeMs)),
      9,
    ),
  );
}

async function moveOffset(
  transaction: Queryable,
  { topic, partition }: IngestBatch,
  nextOffset: number,
  events: readonly OrderEvent[],
): Promise<void> {
  const watermarkMs = events.reduce<number | null>((max, { event_time_ms }) => Math.max(max ?? 0, event_time_ms), null);
  await transaction.query(
    `UPDATE olap.ingest_offsets SET next_offset = $3, watermark_ms = greatest(watermark_ms, $4)
     WHERE topic = $1 AND partition = $2`,
    [topic, partition, nextOffset, watermarkMs],
  );
}
