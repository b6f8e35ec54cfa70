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
        deleteTopic: async (topic) => {
          const client = new Client({ connectionString: postgres.url });
          await client.connect();
          const { rows } = await client.query('SELECT topic_id FROM event_log.topics WHERE name = $1', [topic]);
          for (const { topic_id: id } of rows) {
            for (const table of [
              'records',
              'committed_offsets',
              'newest_keys',
              'compacted_partitions',
              'partitions',
              'topics',
            ])
              await client.query(`DELETE FROM event_log.${table} WHERE topic_id = $1`, [id]);
          }
          await client.end();
        },
        stop: async () => {
          await postgres.stop();
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  });
});
