import { isNativeError } from 'node:util/types';
import { DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';
import { OlapUnavailableError } from '../errors';

/** Settings of a PostgreSQL connection pool. Times in ms. */
export interface DatabaseOptions {
  databaseUrl: string;
  /** Most connections at a time. Default 4. */
  maxConnections?: number;
  /** How long a connection may take to come up, the wait for a free one included. Default 1,500. */
  connectTimeoutMs?: number;
  /** How long one statement may run. Default 10,000. */
  statementTimeoutMs?: number;
}

/** What statements run on: the pool or one transaction. */
export interface Queryable {
  /** Rows of one parameterised statement. @throws OlapUnavailableError */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** SQLSTATE classes and codes that mean the engine, not the statement, is at fault. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '55', '57', '58']);
const UNAVAILABLE_CODES = new Set(['28P01', '3D000', '3F000', '40001', '40P01', '42P01']);

/** The pool behind the PostgreSQL adapter; every failure of the engine leaves it as OlapUnavailableError. */
export class Database implements Queryable {
  private readonly pool: Pool;

  constructor(options: DatabaseOptions) {
    const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
    this.pool = new Pool({
      connectionString: options.databaseUrl,
      max: options.maxConnections ?? 4,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 1_500,
      statement_timeout: statementTimeoutMs,
      // A server that is gone without a word cannot time a statement out itself.
      query_timeout: statementTimeoutMs + 500,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: 'orderpulse-olap',
    });
    // An idle connection that breaks is replaced by the next query, which reports whatever is still wrong.
    this.pool.on('error', () => undefined);
  }

  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return await translating(async () => (await this.pool.query<Row>(text, [...values])).rows);
  }

  /** Runs the work in one transaction: committed when it resolves, rolled back when it rejects. @throws OlapUnavailableError */
  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return await translating(async () => {
      const client = await this.pool.connect();
      let broken: Error | undefined;
      // Without a listener a connection that breaks between two statements would end the process.
      const onError = (error: Error): void => void (broken = error);
      client.on('error', onError);
      try {
        return await runTransaction(client, work);
      } catch (error) {
        broken ??= isStatementError(error) ? undefined : (error as Error);
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

async function runTransaction<T>(client: PoolClient, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work({
      query: async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...values])).rows,
    });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The first error is the one to report; a connection too broken to roll back is thrown away by the caller.
    if (isStatementError(error)) await client.query('ROLLBACK');
    throw error;
  }
}

/** True for an error that the server reported over a connection that goes on working. */
function isStatementError(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.severity !== 'FATAL' && error.severity !== 'PANIC';
  return !isNativeError(error) || isOwn(error);
}

/** Errors that neither pg nor the network raised come from the work itself. */
function isOwn(error: Error): boolean {
  return error instanceof RangeError || error instanceof TypeError || 'retriable' in error;
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (!isNativeError(error) || isOwn(error)) return error;
  if (!(error instanceof DatabaseError))
    return new OlapUnavailableError(`PostgreSQL does not answer: ${reason(error)}`, { cause: error });
  const code = error.code ?? '';
  if (!UNAVAILABLE_CODES.has(code) && !UNAVAILABLE_CLASSES.has(code.slice(0, 2))) return error;
  return new OlapUnavailableError(`PostgreSQL cannot answer: ${error.message}`, { cause: error });
}

/** A refused connection to a name with several addresses comes as an error without a message. */
function reason(error: Error): string {
  return error.message || ('code' in error ? String(error.code) : error.name);
}
