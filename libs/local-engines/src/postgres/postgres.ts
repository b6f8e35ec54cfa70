import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { awaitReady, checkAborted } from '../await-ready';
import { EngineError } from '../errors';
import { followLog, rotateLog } from '../log-file';
import { recordProcesses, release, takeOver } from '../owner';
import { claimPort } from '../ports';
import { spawnEngine, stopProcess, type StopStep } from '../process';
import type { EngineStartOptions, RunningEngine } from '../running-engine';
import { findPostgresBinaries, type PostgresBinaries } from './binaries';
import { clearLeftOver } from './left-over';
import { chooseUser, type RunAs } from './run-as';
import { initdbArgs, postgresArgs, postgresUrl } from './settings';

const execFileAsync = promisify(execFile);

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

/**
 * Starts PostgreSQL on `dataDir`, making the cluster and the database at the first start. A server left behind by a
 * killed process is stopped first.
 * @throws EngineError PORT_IN_USE, ALREADY_RUNNING, BINARIES_MISSING, DATA_DIR_NOT_ACCESSIBLE,
 * START_FAILED, START_TIMEOUT, START_ABORTED
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const {
    database = 'orderpulse',
    user = 'orderpulse',
    password = 'orderpulse',
    startTimeoutMs = 60_000,
    signal,
  } = options;
  const dataDir = resolve(options.dataDir);
  const pgdata = join(dataDir, 'pgdata');
  const logFile = join(dataDir, 'postgres.log');
  await mkdir(dataDir, { recursive: true });
  await takeOver('postgres', dataDir, STOP_STEPS);
  await clearLeftOver(pgdata, STOP_STEPS);
  const port = await claimPort('postgres', options.port);
  const binaries = await findPostgresBinaries();
  // The folder is ours to open (the data inside stays closed); folders above it are not.
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  const runAs = await chooseUser([dataDir, binaries.postgres], existsSync(pgdata) ? pgdata : undefined);
  await rotateLog(logFile);
  if (!existsSync(pgdata)) await makeCluster({ binaries, runAs, dataDir, pgdata, user, password });

  checkAborted('postgres', signal);
  const stopFollowing = options.onLog && (await followLog(logFile, options.onLog));
  const line = runAs.wrap(binaries.postgres, postgresArgs(pgdata, port, options.settings));
  const child = await spawnEngine({ ...line, cwd: dataDir, logFile });
  const stop = async (): Promise<void> => {
    await stopProcess(child.pid, STOP_STEPS);
    await child.exited;
    await release(dataDir);
    await stopFollowing?.();
  };
  try {
    await recordProcesses('postgres', dataDir, [child.pid]);
    const url = postgresUrl({ user, password, port, database });
    const maintenanceUrl = postgresUrl({ user, password, port, database: 'postgres' });
    const probe = (): Promise<void> => prepareDatabase(maintenanceUrl, database);
    await awaitReady({
      engine: 'postgres',
      probe,
      exits: [child.exited],
      logFile,
      signal,
      timeoutMs: startTimeoutMs,
      intervalMs: 50,
    });
    let stopping: Promise<void> | undefined;
    return {
      name: 'postgres',
      pids: [child.pid],
      url,
      port,
      logFile,
      exited: child.exited,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface ClusterOptions {
  binaries: PostgresBinaries;
  runAs: RunAs;
  dataDir: string;
  pgdata: string;
  user: string;
  password: string;
}

/** Makes the cluster beside its final place and moves it there, so that an interrupted initdb leaves no half of one. */
async function makeCluster({ binaries, runAs, dataDir, pgdata, user, password }: ClusterOptions): Promise<void> {
  const fresh = `${pgdata}.new`;
  const passwordFile = join(dataDir, 'initdb-password');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (runAs.owner) for (const path of [fresh, passwordFile]) await chown(path, runAs.owner.uid, runAs.owner.gid);
    await chmod(fresh, 0o700);
    const { command, args } = runAs.wrap(binaries.initdb, initdbArgs(fresh, user, passwordFile));
    await execFileAsync(command, args, { cwd: dataDir });
  } catch (cause) {
    const output = cause as { stdout?: string; stderr?: string; message: string };
    throw new EngineError({
      code: 'START_FAILED',
      engine: 'postgres',
      message: `initdb failed in ${dataDir}: ${output.stderr?.trim() || output.message}`,
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, pgdata);
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
