import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isProcessAlive,
  processStartToken,
  sendSignal,
  spawnEngine,
  stopProcess,
  waitForExit,
  type EngineProcess,
} from './process';
import { useTempDir } from './testing/temp-dir';

describe('engine processes', () => {
  const dir = useTempDir();
  const run = (script: string): Promise<EngineProcess> =>
    spawnEngine({ command: process.execPath, args: ['-e', script], cwd: dir(), logFile: join(dir(), 'log') });
  const logged = async (text: string): Promise<void> => {
    while (!(await readFile(join(dir(), 'log'), 'utf8')).includes(text)) await new Promise((r) => setTimeout(r, 10));
  };

  it('writes both outputs to the log and tells how the process ended', async () => {
    const child = await run(`console.log('out'); console.error('err'); process.exitCode = 7`);
    expect(await child.exited).toEqual({ code: 7, signal: null });
    expect((await readFile(join(dir(), 'log'), 'utf8')).split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(isProcessAlive(child.pid)).toBe(false);
    expect(await processStartToken(child.pid)).toBeUndefined();
    expect(sendSignal(child.pid, 'SIGTERM')).toBe(false);
  });

  it('leads a process group of its own, so that a Ctrl-C in the terminal passes it by', async () => {
    const child = await run(`console.log('up'); setInterval(() => {}, 1000)`);
    await logged('up');
    expect(() => process.kill(-child.pid, 0)).not.toThrow();
    expect(await stopProcess(child.pid, [{ signal: 'SIGTERM', waitMs: 5_000 }])).toBe(true);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('goes on to the next signal when a process does not heed the first', async () => {
    const child = await run(`process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`);
    await logged('up');
    expect(await waitForExit(child.pid, 20)).toBe(false);
    expect(await stopProcess(child.pid, [{ signal: 'SIGTERM', waitMs: 100 }])).toBe(false);
    const steps = [{ signal: 'SIGTERM', waitMs: 100 } as const, { signal: 'SIGKILL', waitMs: 5_000 } as const];
    expect(await stopProcess(child.pid, steps)).toBe(true);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('rejects when the program does not exist', async () => {
    const spec = { command: 'no-such-program', args: [], cwd: dir(), logFile: join(dir(), 'log') };
    await expect(spawnEngine(spec)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells two processes apart by when they started', async () => {
    expect(await processStartToken(process.pid)).toBeTruthy();
    expect(await processStartToken(process.pid)).toBe(await processStartToken(process.pid));
  });
});
