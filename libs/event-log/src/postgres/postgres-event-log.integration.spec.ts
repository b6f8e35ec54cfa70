import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine, startPostgres, type RunningPostgres } from '@orderpulse/local-engines';
import { Client } from 'pg';
import { eventLogConformance } from '../testing';
import { PgCompaction } from './pg-compaction';
import { PgDatabase } from './pg-database';
import { PostgresEventLog } from './postgres-event-log';

describeWithEngine(['postgres'], 'PostgreSQL', () => {
  let postgres: RunningPostgres;
  let dataDir: string;

  eventLogConformance('PostgreSQL', {
    start: async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'event-log-postgres-'));
      postgres = await startPostgres({ dataDir, port: 0 });
      return {
        open: () => new PostgresEventLog({ databaseUrl: postgres.url }),
        dropConnections: async () => {
          const client = new Client({ connectionString: postgres.url });
          await client.connect();
          await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
          await client.end();
        },
        compact: async () => {
          const database = new PgDatabase(postgres.url);
          await new PgCompaction(database, Date.now).sweep();
          await database.close();
        },
        stop: async () => {
          await postgres.stop();
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  });
});
