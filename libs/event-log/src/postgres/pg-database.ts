import { Client, Pool, type QueryConfig } from 'pg';
import { mappingErrors } from './pg-errors';

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 30_000;
/** Appends, reads of four partitions and an admin call at a time; more wait their turn. */
const POOL_SIZE = 4;
const IDLE_MS = 60_000;

/** The connections of one log to its database; errors are those of the port. */
export class PgDatabase {
  private readonly pool: Pool;

  constructor(private readonly databaseUrl: string) {
    this.pool = new Pool({
      connectionString: databaseUrl,
      max: POOL_SIZE,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'orderpulse event log',
    });
    // An idle connection that breaks is replaced by the next query, which reports what is still wrong then.
    this.pool.on('error', () => undefined);
  }

  /** Rows as arrays, in the order of the select list. @throws LogUnavailableError, UnknownTopicError */
  query<Row extends unknown[]>(query: QueryConfig, values: unknown[] = []): Promise<Row[]> {
    return mappingErrors(async () => {
      const result = await this.pool.query<Row>({ ...query, values, rowMode: 'array' });
      return result.rows;
    });
  }

  /** Runs statements in one transaction. @throws LogUnavailableError, UnknownTopicError */
  transaction<T>(
    work: (run: <Row extends unknown[]>(text: string, values?: unknown[]) => Promise<Row[]>) => Promise<T>,
  ): Promise<T> {
    return mappingErrors(async () => {
      const client = await this.pool.connect();
      let broken = true;
      try {
        await client.query('BEGIN');
        const result = await work(async <Row extends unknown[]>(text: string, values: unknown[] = []) => {
          const answer = await client.query<Row>({ text, values, rowMode: 'array' });
          return answer.rows;
        });
        await client.query('COMMIT');
        broken = false;
        return result;
      } finally {
        // A connection whose transaction did not end well is closed, which rolls back.
        client.release(broken);
      }
    });
  }

  /** A connection of its own, not yet connected. */
  dedicatedClient(queryTimeoutMs: number): Client {
    return new Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      application_name: 'orderpulse event log group',
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
