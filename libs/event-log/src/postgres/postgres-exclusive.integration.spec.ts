import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine, startPostgres, type RunningPostgres } from '@orderpulse/local-engines';
import type { EventLog } from '../port';
import { exclusiveFaultSuite } from '../testing/exclusive-fault-suite';
import { FaultyLink } from '../testing/faulty-link';
import { PostgresEventLog } from './postgres-event-log';

describeWithEngine(['postgres'], 'exclusive producers on PostgreSQL over a network that fails', () => {
  let dataDir: string;
  let postgres: RunningPostgres;
  let link: FaultyLink;
  let near: EventLog;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-log-postgres-exclusive-'));
    postgres = await startPostgres({ dataDir, port: 0 });
    link = await FaultyLink.to(postgres.port);
    near = new PostgresEventLog({ databaseUrl: postgres.url });
  }, 60_000);

  afterAll(async () => {
    await near?.close();
    await link?.close();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  exclusiveFaultSuite(() => ({
    link,
    near,
    openFar: () => new PostgresEventLog({ databaseUrl: postgres.url.replace(`:${postgres.port}`, `:${link.port}`) }),
  }));
});
