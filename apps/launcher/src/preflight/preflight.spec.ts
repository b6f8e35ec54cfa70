import { processStartToken } from '@orderpulse/local-engines/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PortPlan } from '../plan/plan';
import { checkNode, checkNotRunning, checkPorts, movePort } from './preflight';

describe('checkNode', () => {
  it.each(['v20.19.0', 'v20.20.2', 'v22.0.0'])('takes %s', (version) => expect(checkNode(version).ok).toBe(true));
  it.each(['v18.20.0', 'v20.18.9'])('refuses %s and says what to install', (version) => {
    expect(checkNode(version)).toMatchObject({ ok: false, fix: 'Install Node.js 20.19 or newer.' });
  });
});

describe('checkPorts', () => {
  const listeners: Server[] = [];
  let taken = 0;

  /** Listens on loopback; resolves to the port. */
  async function listen(port: number): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    listeners.push(server);
    return (server.address() as AddressInfo).port;
  }

  beforeEach(async () => {
    taken = await listen(0);
  });
  afterEach(() => Promise.all(listeners.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

  const gateway = (port: number): PortPlan => ({ port, owner: 'query-gateway', setting: 'GATEWAY_PORT', kind: 'service' });

  it('names a port that someone listens on, who wants it, and the command that moves it to a free one', async () => {
    const [result] = await checkPorts({ ports: [gateway(taken)], command: 'npm run start:engines' });
    expect(result).toMatchObject({ ok: false, what: `port ${taken} for query-gateway`, found: 'in use' });
    const [, suggested] = /GATEWAY_PORT=(\d+) npm run start:engines$/.exec(result?.fix ?? '') ?? [];
    expect(Number(suggested)).not.toBe(taken);
    expect(await listen(Number(suggested))).toBe(Number(suggested));
  });

  it.each([64_536, 65_535])('suggests no port that does not exist instead of %i', async (port) => {
    const move = await movePort(gateway(port), { ports: [gateway(port)], command: 'npm start' });
    expect(Number(/=(\d+) /.exec(move)?.[1])).toBeLessThan(port);
  });

  it('suggests neither a port in use nor one that the plan wants itself', async () => {
    const base = taken - 1_000;
    const ports: PortPlan[] = [gateway(base), { port: base + 2_000, owner: 'scheduler', setting: 'SCHEDULER_PORT', kind: 'service' }];
    const move = await movePort(gateway(base), { ports, command: 'npm start' });
    expect(move).toMatch(/^GATEWAY_PORT=\d+ npm start$/);
    expect([base, taken, base + 2_000]).not.toContain(Number(/=(\d+) /.exec(move)?.[1]));
  });

  it('moves all instances of a service together, to where all their ports are free', async () => {
    const aggregator = (port: number, owner: string): PortPlan => ({ port, owner, setting: 'WINDOW_AGGREGATOR_PORT', kind: 'service' });
    const base = taken - 1_010;
    const ports = [aggregator(base, 'window-aggregator'), aggregator(base + 10, 'window-aggregator-2')];
    const move = await movePort(aggregator(base + 10, 'window-aggregator-2'), { ports, command: 'npm start' });
    const moved = Number(/^WINDOW_AGGREGATOR_PORT=(\d+) npm start$/.exec(move)?.[1]);
    expect(Math.abs(moved - base) % 1_000).toBe(0);
    expect(moved).not.toBe(base + 1_000);
  });

  it('names two owners of one port', async () => {
    const page: PortPlan = { port: 45_991, owner: 'the page', setting: 'PAGE_PORT', kind: 'service' };
    const scheduler: PortPlan = { port: 45_991, owner: 'scheduler', setting: 'SCHEDULER_PORT', kind: 'service' };
    const results = await checkPorts({ ports: [page, scheduler], command: 'npm start' });
    expect(results[1]).toMatchObject({ ok: false, found: 'also set for the page', fix: 'Set SCHEDULER_PORT to another port.' });
  });

  it('does not mind a port in use that may be our own, but still two owners of it', async () => {
    const engine: PortPlan = { port: taken, owner: 'PostgreSQL', setting: 'POSTGRES_PORT', kind: 'engine' };
    const service: PortPlan = { port: taken, owner: 'order-api', setting: 'ORDER_API_PORT', kind: 'service' };
    const results = await checkPorts({ ports: [engine, service], command: 'npm start' }, ({ kind }) => kind === 'service');
    expect(results.map(({ ok, found }) => [ok, found])).toEqual([[true, 'not looked at'], [false, 'also set for PostgreSQL']]);
  });
});

describe('checkNotRunning', () => {
  let dataDir: string;
  let other: ChildProcess;
  let server: Server;

  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'preflight-')), 'embedded');
    other = spawn('sleep', ['60']);
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    other.kill('SIGKILL');
    await new Promise((resolve) => server.close(resolve));
    await rm(dirname(dataDir), { recursive: true });
  });

  const record = async (folder: string): Promise<void> => {
    await mkdir(join(folder, 'postgres'), { recursive: true });
    const owner = { pid: other.pid, startToken: await processStartToken(other.pid ?? 0) };
    await writeFile(join(folder, 'postgres/engine.json'), JSON.stringify({ engine: 'postgres', owner, processes: [] }));
  };

  const check = () => {
    const { port } = server.address() as AddressInfo;
    const ports: PortPlan[] = [{ port, owner: 'query-gateway', setting: 'GATEWAY_PORT', kind: 'service' }];
    return checkNotRunning({ ports, command: 'npm start', dataDir });
  };

  it('says who runs from this folder in place of the ports, whichever profile that is', async () => {
    await record(join(dirname(dataDir), 'engines'));
    const found = `OrderPulse already runs from this folder (process ${other.pid})`;
    expect(await check()).toMatchObject([{ ok: false, found }]);
  });

  it('names the ports when nobody, or one that has ended, runs from this folder', async () => {
    expect(await check()).toMatchObject([{ ok: false, found: 'in use' }]);
    await record(dataDir);
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    expect(await check()).toMatchObject([{ ok: false, found: 'in use' }]);
  });
});
