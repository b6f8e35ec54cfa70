import { OlapUnavailableError } from '../errors';
import type { OlapAdmin } from '../port';
import { Database, type DatabaseOptions, type Queryable } from './database';
import { TABLES } from './schema';

/** Key of the advisory lock under which tables are made, so that two callers do not make them at once. */
const SCHEMA_LOCK = 7_203_511;

/** Rows that one retention statement removes at most, so that none runs long or holds many locks. */
const RETENTION_BATCH = 5_000;

/** Tables with the time column that retention goes by. */
const RETAINED = [
  { table: 'order_events', column: 'event_time_ms' },
  { table: 'order_lines', column: 'event_time_ms' },
  { table: 'orders', column: 'created_time_ms' },
] as const;

/** Settings of the PostgreSQL tables. */
export interface PostgresAdminOptions extends DatabaseOptions {
  /** How long rows stay, by event time (orders: by creation), in ms. Default 24 h. */
  retentionMs?: number;
}

/** Rejects when a table is missing. @throws OlapUnavailableError with the missing names */
export async function probePostgresTables(database: Queryable): Promise<void> {
  const rows = await database.query<{ name: string; found: boolean }>(
    `SELECT name, to_regclass('olap.' || name) IS NOT NULL AS found FROM unnest($1::text[]) AS name`,
    [TABLES.map(({ name }) => name)],
  );
  const missing = rows.filter(({ found }) => !found).map(({ name }) => `olap.${name}`);
  if (missing.length > 0) throw new OlapUnavailableError(`PostgreSQL has no table ${missing.join(', ')} yet`);
}

/** Brings up the tables of schema `olap` and removes what is past retention. */
export class PostgresOlapAdmin implements OlapAdmin {
  private readonly database: Database;
  private readonly retentionMs: number;

  constructor(options: PostgresAdminOptions) {
    this.database = new Database({ maxConnections: 2, ...options });
    this.retentionMs = options.retentionMs ?? 24 * 3_600_000;
  }

  async ensureTables(): Promise<{ created: string[]; changed: string[] }> {
    return await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
      await transaction.query('CREATE SCHEMA IF NOT EXISTS olap');
      const created: string[] = [];
      for (const { name, ddl } of TABLES) {
        const [row] = await transaction.query<{ found: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS found`, [
          `olap.${name}`,
        ]);
        if (row?.found) continue;
        for (const statement of ddl) await transaction.query(statement);
        created.push(name);
      }
      return { created, changed: [] };
    });
  }

  async probeTables(): Promise<void> {
    await probePostgresTables(this.database);
  }

  async version(): Promise<string> {
    const [row] = await this.database.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    return `postgres ${row?.version ?? 'unknown'}`;
  }

  async applyRetention(nowMs: number): Promise<number> {
    const cutoffMs = nowMs - this.retentionMs;
    let removed = 0;
    for (const { table, column } of RETAINED) {
      for (let batch = RETENTION_BATCH; batch === RETENTION_BATCH; removed += batch)
        batch = await this.removeBefore(table, column, cutoffMs);
    }
    return removed;
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  /** Names come from RETAINED only. */
  private async removeBefore(table: string, column: string, cutoffMs: number): Promise<number> {
    const [row] = await this.database.query<{ removed: number }>(
      `WITH gone AS (
         DELETE FROM olap.${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM olap.${table} WHERE ${column} < $1 LIMIT $2
         )) RETURNING 1
       ) SELECT count(*)::int AS removed FROM gone`,
      [cutoffMs, RETENTION_BATCH],
    );
    return row?.removed ?? 0;
  }
}
