/** A table of the schema `olap` with the statement that makes it. */
export interface TableDefinition {
  name: string;
  ddl: readonly string[];
}

/**
 * The tables of the PostgreSQL adapter: the columns and meanings of the Pinot tables in infra/pinot, and the offsets up
 * to which the topic has been read. Texts that queries sort by are COLLATE "C", so that ties break as in Pinot.
 */
export const TABLES: readonly TableDefinition[] = [
  {
    // One row an event that counted, so never two of one event id. The five figure columns are 0 or 1 and cents.
    name: 'order_events',
    ddl: [
      `CREATE TABLE olap.order_events (
         event_id text COLLATE "C" PRIMARY KEY,
         event_type text NOT NULL,
         order_id text NOT NULL,
         event_time_ms bigint NOT NULL,
         orders smallint NOT NULL,
         created_revenue_cents bigint NOT NULL,
         fraud_orders smallint NOT NULL,
         delivered_orders smallint NOT NULL,
         refunded_orders smallint NOT NULL,
         customer_city text COLLATE "C" NOT NULL,
         customer_state text COLLATE "C" NOT NULL,
         coupons text[] COLLATE "C" NOT NULL
       )`,
      'CREATE INDEX order_events_time ON olap.order_events (event_time_ms)',
    ],
  },
  {
    // One row an order, as of its latest version. A deleted order leaves its row as a tombstone until retention takes it:
    // otherwise an older version that is read later would bring it back. created_time_ms is the first event's and stays,
    // so that no indexed column ever changes and updates stay on their page.
    name: 'orders',
    ddl: [
      `CREATE TABLE olap.orders (
         order_id text COLLATE "C" PRIMARY KEY,
         order_version bigint NOT NULL,
         deleted boolean NOT NULL,
         created_time_ms bigint NOT NULL,
         event_time_ms bigint NOT NULL,
         customer_id text NOT NULL,
         currency text NOT NULL,
         order_total double precision NOT NULL,
         line_quantities bigint[] NOT NULL
       ) WITH (fillfactor = 80)`,
      'CREATE INDEX orders_created ON olap.orders (created_time_ms DESC, order_id)',
    ],
  },
  {
    // One row a line item of each created order; no key, because only events new to order_events bring rows.
    name: 'order_lines',
    ddl: [
      `CREATE TABLE olap.order_lines (
         order_id text NOT NULL,
         event_time_ms bigint NOT NULL,
         product_id text NOT NULL,
         item_name text COLLATE "C" NOT NULL,
         category text COLLATE "C" NOT NULL,
         quantity bigint NOT NULL
       )`,
      'CREATE INDEX order_lines_time ON olap.order_lines (event_time_ms)',
    ],
  },
  {
    // next_offset is exclusive; watermark_ms is the newest event time read from the partition, null before the first.
    name: 'ingest_offsets',
    ddl: [
      `CREATE TABLE olap.ingest_offsets (
         topic text NOT NULL,
         partition integer NOT NULL,
         next_offset bigint NOT NULL,
         watermark_ms bigint,
         PRIMARY KEY (topic, partition)
       )`,
    ],
  },
];
