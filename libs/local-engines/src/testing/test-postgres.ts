import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../postgres/postgres';

/** A PostgreSQL server of its own for one test file, with its data in a temporary folder. */
export interface TestPostgres {
  /** `postgres://user:password@127.0.0.1:port/database`; the same after a restart. */
  readonly url: string;
  /** Rows of one statement on a connection of its own. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Stops the server; its data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Starts one on a free port. @throws EngineError as startPostgres */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'test-postgres-'));
  // What a test writes need not survive the machine.
  const startOn = (port: number) => startPostgres({ dataDir, port, settings: { fsync: 'off' } });
  let engine = await startOn(0);
  const { url, port } = engine;
  return {
    url,
    query: async (text, values) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    stop: () => engine.stop(),
    start: async () => {
      engine = await startOn(port);
    },
    remove: async () => {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
