import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  `CREATE TABLE shop.orders (
     order_id      text PRIMARY KEY,
     version       integer NOT NULL CHECK (version > 0),
     status        text NOT NULL CHECK (status IN ('placed', 'payment_failed', 'shipped', 'delivered', 'refunded')),
     created_at_ms bigint NOT NULL,
     plan          text NOT NULL,
     next_due_ms   bigint,
     document      text NOT NULL
   )`,
  'CREATE INDEX orders_newest ON shop.orders (created_at_ms DESC, order_id DESC)',
  'CREATE INDEX orders_due ON shop.orders (next_due_ms, order_id) WHERE next_due_ms IS NOT NULL',
  `CREATE TABLE shop.outbox (
     sequence       bigint PRIMARY KEY,
     order_id       text NOT NULL,
     event_time_ms  bigint NOT NULL,
     recorded_at_ms bigint NOT NULL,
     event_bytes    integer NOT NULL,
     event          text NOT NULL
   )`,
  // One row: the feed's two ends. Its row lock is what puts sequence numbers in commit order.
  `CREATE TABLE shop.outbox_head (
     is_only            boolean PRIMARY KEY DEFAULT true CHECK (is_only),
     first_sequence     bigint NOT NULL DEFAULT 1,
     last_sequence      bigint NOT NULL DEFAULT 0,
     last_event_time_ms bigint NOT NULL DEFAULT 0,
     order_count        bigint NOT NULL DEFAULT 0
   ) WITH (fillfactor = 10)`,
  'INSERT INTO shop.outbox_head DEFAULT VALUES',
  // One row: where the simulated shop stands.
  `CREATE TABLE shop.shop_clock (
     is_only         boolean PRIMARY KEY DEFAULT true CHECK (is_only),
     started_at_ms   bigint,
     shop_time_ms    bigint,
     next_arrival_ms double precision,
     orders_written  bigint NOT NULL DEFAULT 0
   ) WITH (fillfactor = 10)`,
  'INSERT INTO shop.shop_clock DEFAULT VALUES',
  // The next unused order number of each seed.
  'CREATE TABLE shop.generators (seed bigint PRIMARY KEY, next_index bigint NOT NULL) WITH (fillfactor = 10)',
  `CREATE TABLE shop.clicks (
     number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     click_id      uuid NOT NULL,
     session_id    text NOT NULL,
     customer_id   text,
     page          text NOT NULL,
     action        text NOT NULL,
     product_id    text,
     created_at_ms bigint NOT NULL
   )`,
  `CREATE TABLE shop.tasks (
     id              uuid PRIMARY KEY,
     kind            text NOT NULL,
     state           text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
     total           integer NOT NULL,
     done            integer NOT NULL DEFAULT 0,
     revenue_cents   bigint,
     row_errors      jsonb NOT NULL DEFAULT '[]',
     row_error_count integer NOT NULL DEFAULT 0,
     error           text,
     created_at_ms   bigint NOT NULL,
     finished_at_ms  bigint
   )`,
  'CREATE INDEX tasks_finished ON shop.tasks (finished_at_ms)',
];

const LARGE_COLUMNS = ['orders.document', 'outbox.event'];

export class CreateShop1735689600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    const lz4: unknown[] = await runner.query(
      `SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`,
    );
    // The default compression costs several times lz4's processor time; without lz4 none is better than it.
    const storage = lz4.length > 0 ? 'SET COMPRESSION lz4' : 'SET STORAGE EXTERNAL';
    for (const column of LARGE_COLUMNS) {
      const [table, name] = column.split('.');
      await runner.query(`ALTER TABLE shop.${table} ALTER COLUMN ${name} ${storage}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['tasks', 'clicks', 'generators', 'shop_clock', 'outbox_head', 'outbox', 'orders'])
      await runner.query(`DROP TABLE shop.${table}`);
  }
}
