import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { freePort, isProcessAlive, waitForExit } from '@orderpulse/local-engines';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../console/output';
import { readReasons, ServiceProcess, STOP_WITH_PARENT } from './service-process';

const SERVER = `require('http').createServer((q, r) => r.end('{}')).listen(process.env.PORT, '127.0.0.1');`;

// A service that was ready is looked at again after 4 s, and "not so within 10 s" must have its say first.
jest.setTimeout(30_000);

describe('ServiceProcess', () => {
  let folder: string;
  let service: ServiceProcess | null = null;
  let lines: string[];
  const output: Output = { line: (name, message) => lines.push(`${name} ${message}`), text: () => undefined };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'launcher-'));
    lines = [];
  });
  afterEach(async () => {
    await service?.stop(500);
    service = null;
    await rm(folder, { recursive: true, force: true });
  });

  async function launch(script: string): Promise<ServiceProcess> {
    const port = await freePort();
    const entry = join(folder, 'main.js');
    await writeFile(entry, script);
    const plan = { name: 'thing', program: 'scheduler' as const, entry, cwd: folder, port, readyUrl: `http://127.0.0.1:${port}/`, env: { PORT: String(port) }, heapMb: 64, youngMb: 2 };
    service = new ServiceProcess(plan, join(folder, 'thing.log'), output);
    await service.start();
    return service;
  }

  const until = async (condition: () => boolean): Promise<void> => {
    const deadline = Date.now() + 10_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`not so within 10 s: ${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('says when it is ready, keeps its output in a file and stops it', async () => {
    const running = await launch(`console.log('hello');${SERVER}`);
    await running.firstReady;
    const pid = running.pid ?? 0;
    expect(isProcessAlive(pid)).toBe(true);
    await running.stop(2_000);
    expect(isProcessAlive(pid)).toBe(false);
    expect(lines).toContain('thing ready');
    expect(await readFile(join(folder, 'thing.log'), 'utf8')).toContain('hello');
  });

  it('starts it again after kill -9', async () => {
    const running = await launch(SERVER);
    await running.firstReady;
    const first = running.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => running.pid !== undefined && running.pid !== first && lines.filter((line) => line === 'thing ready').length === 2);
    expect(lines.join('\n')).toContain('ended by signal SIGKILL');
  });

  it('gives up on one whose settings are wrong, with what it printed', async () => {
    const running = await launch(`console.error('PORT: must be a number'); process.exit(2);`);
    await expect(running.firstReady).rejects.toThrow(/cannot start[\s\S]*PORT: must be a number/);
  });

  it('kills one that does not stop in time', async () => {
    const running = await launch(`process.on('SIGTERM', () => {});${SERVER}`);
    await running.firstReady;
    const pid = running.pid ?? 0;
    await running.stop(300);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it('leaves no service behind when the launcher itself is killed', async () => {
    const port = await freePort();
    const entry = join(folder, 'main.js');
    await writeFile(entry, SERVER);
    const script = `const {spawn}=require('child_process');const c=spawn(process.execPath,['--import',${JSON.stringify(STOP_WITH_PARENT)},${JSON.stringify(entry)}],{env:{...process.env,PORT:'${port}'},stdio:['ignore','ignore','ignore','ipc'],detached:true});console.log(c.pid);setInterval(()=>{},1000)`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(String(data)))));
    await new Promise((resolve) => setTimeout(resolve, 300));
    parent.kill('SIGKILL');
    expect(await waitForExit(pid, 5_000)).toBe(true);
  });
});

describe('readReasons', () => {
  it('joins what is not well and ignores what is no readiness answer', () => {
    expect(readReasons('{"checks":{"log":{"ok":false,"reason":"no topic"},"db":{"ok":true}}}')).toBe('log: no topic');
    expect(readReasons('<html>')).toBeUndefined();
    expect(readReasons('{"checks":{}}')).toBeUndefined();
  });
});
