import { type RunningPostgres, startPostgres } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** A real PostgreSQL in a folder of its own. */
export interface TestDatabase {
  url: string;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'orderpulse-scheduler-'));
  let engine: RunningPostgres = await startPostgres({ dataDir, port: 0 });
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
      engine = await startPostgres({ dataDir, port });
    },
    remove: async () => {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
