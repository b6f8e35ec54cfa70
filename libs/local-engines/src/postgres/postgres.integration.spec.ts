import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort, LOOPBACK } from '../ports';
import { isProcessAlive } from '../process';
import { pretendOwnerDied } from '../testing/pretend-owner-died';
import { startPostgres, type RunningPostgres } from './postgres';

jest.setTimeout(120_000);

describe('startPostgres', () => {
  let dataDir: string;
  const started: RunningPostgres[] = [];

  const start = async (options: Partial<Parameters<typeof startPostgres>[0]> = {}): Promise<RunningPostgres> => {
    const engine = await startPostgres({ dataDir, port: 0, ...options });
    started.push(engine);
    return engine;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-engines-pg-'));
  });

  afterEach(async () => {
    for (const engine of started.splice(0)) await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps data over a restart and is gone after stop', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (cents bigint)');
    await query(first.url, 'INSERT INTO kept VALUES (24409194)');
    await first.stop();
    expect(first.pids.some(isProcessAlive)).toBe(false);
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const second = await start();
    expect(await query(second.url, 'SELECT cents FROM kept')).toEqual([{ cents: '24409194' }]);
  });

  it('takes settings, refuses wrong passwords and prints its log lines', async () => {
    const lines: string[] = [];
    const engine = await start({ settings: { synchronous_commit: 'off' }, onLog: (line) => lines.push(line) });
    expect(await query(engine.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'off' }]);
    expect(await query(engine.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: LOOPBACK }]);
    await expect(query(engine.url.replace(':orderpulse@', ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
    await engine.stop();
    expect(lines.join('\n')).toContain('database system is ready to accept connections');
  });

  it('names a port in use, and who wanted it', async () => {
    const port = await freePort();
    const server = createServer().listen(port, LOOPBACK);
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', engine: 'postgres', port });
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses a data directory on which a server of a living process runs', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
  });

  it('reports a server that ends while starting, with its log', async () => {
    const failed = start({ settings: { shared_buffers: 'nonsense' } });
    await expect(failed).rejects.toMatchObject({ code: 'START_FAILED' });
    await expect(failed).rejects.toThrow('invalid value for parameter "shared_buffers"');
  });

  it('gives up while the cluster is made, leaving no process and no half of a cluster', async () => {
    const abort = new AbortController();
    const starting = start({ signal: abort.signal });
    const settled = expect(starting).rejects.toMatchObject({ code: 'START_ABORTED', engine: 'postgres' });
    // What initdb writes first, long before it is done.
    while (!existsSync(join(dataDir, 'pgdata.new', 'PG_VERSION')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    await settled;
    expect(await readdir(dataDir)).toEqual(['postgres.log']);
    expect(execFileSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8' })).not.toContain(dataDir);

    const engine = await start();
    expect(await query(engine.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says why the cluster could not be made', async () => {
    await expect(start({ user: 'pg_reserved' })).rejects.toThrow(/initdb in [^]* failed[^]*cannot begin with/);
    expect(await readdir(dataDir)).toEqual(['postgres.log']);
  });

  it('stops a server whose starter was killed, and goes on with its data', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await pretendOwnerDied(dataDir);
    const second = await start();
    expect(first.pids.some(isProcessAlive)).toBe(false);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
  });

  it('stops a left-over server that only its own lock file names', async () => {
    const first = await start();
    await rm(join(dataDir, 'engine.json'));
    await start();
    expect(first.pids.some(isProcessAlive)).toBe(false);
  });

  it('recovers what was committed before the server itself was killed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    process.kill(first.pids[0]!, 'SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await start();
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
