import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { awaitReady } from '../await-ready';
import { EngineRun } from '../engine-run';
import { claimPort } from '../ports';
import type { StopStep } from '../process';
import type { EngineStartOptions, RunningEngine } from '../running-engine';
import { findPostgresBinaries } from './binaries';
import { clearLeftOver } from './left-over';
import { chooseUser, type RunAs } from './run-as';
import { initdbArgs, postgresArgs, postgresUrl } from './settings';

/** Options of {@link startPostgres}. */
export interface PostgresOptions extends EngineStartOptions {
  /** TCP port on loopback; 0 takes a free one. */
  port: number;
  /** Made when absent. Default: orderpulse. */
  database?: string;
  /** The superuser; fixed when the data directory is made. Default: orderpulse. */
  user?: string;
  /** Fixed when the data directory is made. Default: orderpulse. */
  password?: string;
  /** Server settings over the defaults, e.g. `{ synchronous_commit: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server that answers. */
export interface RunningPostgres extends RunningEngine {
  /** `postgres://user:password@127.0.0.1:port/database` */
  url: string;
  port: number;
}

/** SIGINT is PostgreSQL's fast shutdown (roll back, checkpoint, end), SIGQUIT ends at once and recovers at the next start. */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 6_000 },
  { signal: 'SIGQUIT', waitMs: 1_500 },
  { signal: 'SIGKILL', waitMs: 1_000 },
];

/** On SIGTERM initdb lets the step under way end. */
const INITDB_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 2_000 },
  { signal: 'SIGKILL', waitMs: 1_000 },
];

/**
 * Starts PostgreSQL on `dataDir`, making the cluster and the database at the first start. A server left behind by a
 * killed process is stopped first.
 * @throws EngineError PORT_IN_USE, ALREADY_RUNNING, BINARIES_MISSING, DATA_DIR_NOT_ACCESSIBLE,
 * START_FAILED, START_TIMEOUT, START_ABORTED
 */
export function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const {
    database = 'orderpulse',
    user = 'orderpulse',
    password = 'orderpulse',
    startTimeoutMs = 60_000,
    signal,
  } = options;
  return EngineRun.begin('postgres', options, STOP_STEPS, async (run) => {
    const { dataDir } = run;
    const pgdata = join(dataDir, 'pgdata');
    const logFile = join(dataDir, 'postgres.log');
    await clearLeftOver(pgdata, STOP_STEPS);
    const port = await claimPort('postgres', options.port);
    const binaries = await findPostgresBinaries();
    // The folder is ours to open (the data inside stays closed); folders above it are not.
    if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
    const runAs = await chooseUser([dataDir, binaries.postgres], existsSync(pgdata) ? pgdata : undefined);
    if (!existsSync(pgdata))
      await makeCluster(run, { initdb: binaries.initdb, runAs, pgdata, logFile, user, password });

    const line = runAs.wrap(binaries.postgres, postgresArgs(pgdata, port, options.settings));
    const { exited } = await run.launch({ ...line, logFile });
    const maintenanceUrl = postgresUrl({ user, password, port, database: 'postgres' });
    await awaitReady({
      engine: 'postgres',
      probe: () => prepareDatabase(maintenanceUrl, database),
      exits: [exited],
      logFile,
      signal,
      timeoutMs: startTimeoutMs,
      intervalMs: 50,
    });
    return { ...run.running(logFile), url: postgresUrl({ user, password, port, database }), port };
  });
}

interface ClusterOptions {
  /** The program. */
  initdb: string;
  runAs: RunAs;
  pgdata: string;
  logFile: string;
  user: string;
  password: string;
}

/** Makes the cluster beside its final place and moves it there, so that an interrupted initdb leaves no half of one. */
async function makeCluster(run: EngineRun, options: ClusterOptions): Promise<void> {
  const { initdb, runAs, pgdata, logFile, user, password } = options;
  const fresh = `${pgdata}.new`;
  const passwordFile = join(run.dataDir, 'initdb-password');
  const removeFresh = (): Promise<void> => rm(fresh, { recursive: true, force: true, maxRetries: 5 });
  await removeFresh();
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (runAs.owner) for (const path of [fresh, passwordFile]) await chown(path, runAs.owner.uid, runAs.owner.gid);
    await chmod(fresh, 0o700);
    const line = runAs.wrap(initdb, initdbArgs(fresh, user, passwordFile));
    await run.complete(`initdb in ${run.dataDir}`, { ...line, logFile, stopSteps: INITDB_STOP_STEPS });
    await rename(fresh, pgdata);
  } catch (error) {
    await removeFresh();
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Makes the database when absent and takes the better compression of large values where the server has it. */
async function prepareDatabase(maintenanceUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl, connectionTimeoutMillis: 5_000 });
  // Without a listener a connection that breaks would end the whole process; the query's rejection says it all.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    const lz4 = await client.query(
      `SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals) AND source = 'default'`,
    );
    if (lz4.rowCount !== 0) {
      await client.query(`ALTER SYSTEM SET default_toast_compression = 'lz4'`);
      await client.query('SELECT pg_reload_conf()');
    }
  } finally {
    await client.end();
  }
}
