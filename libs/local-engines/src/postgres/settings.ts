import { LOOPBACK } from '../ports';

/**
 * Server settings for one developer's or one small shop's machine: little memory, loopback only, and commits as
 * durable as PostgreSQL's defaults unless the caller says otherwise.
 */
const DEFAULTS: Readonly<Record<string, string>> = {
  shared_buffers: '64MB',
  max_connections: '60',
  work_mem: '8MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '512MB',
  // Compiling a query costs more than our short queries take.
  jit: 'off',
  wal_compression: 'on',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '5min',
  checkpoint_completion_target: '0.9',
  // The default worker processes for asynchronous reads cost memory and do not pay on a small machine.
  io_method: 'sync',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  autovacuum_naptime: '30s',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** What the server must not be told otherwise: the library's promises depend on it. */
const FIXED: Readonly<Record<string, string>> = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  logging_collector: 'off',
};

/** Arguments of the `postgres` program: data folder, port and every setting, the caller's over the defaults. */
export function postgresArgs(pgdata: string, port: number, settings: Readonly<Record<string, string>> = {}): string[] {
  const all = { ...DEFAULTS, ...settings, ...FIXED, port: String(port) };
  return ['-D', pgdata, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Arguments of `initdb`: UTF-8 with the built-in, version-independent collation, and passwords over TCP. */
export function initdbArgs(pgdata: string, user: string, passwordFile: string): string[] {
  return [
    ...['-D', pgdata, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
  ];
}

/** `postgres://user:password@127.0.0.1:port/database`, with the parts escaped. */
export function postgresUrl(parts: { user: string; password: string; port: number; database: string }): string {
  const { user, password, port, database } = parts;
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${LOOPBACK}:${port}/${encodeURIComponent(database)}`;
}
