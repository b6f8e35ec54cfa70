import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOf, recordProcesses, release, takeOver, type OwnerRecord } from './owner';
import { isProcessAlive, spawnEngine, type EngineProcess, type StopStep } from './process';
import { pretendOwnerDied } from './testing/pretend-owner-died';
import { useTempDir } from './testing/temp-dir';

const STEPS: StopStep[] = [{ signal: 'SIGTERM', waitMs: 5_000 }];

describe('the owner of a data directory', () => {
  const dir = useTempDir();
  const children: EngineProcess[] = [];

  const startAndRecord = async (): Promise<EngineProcess> => {
    const child = await spawnEngine({ command: 'sleep', args: ['60'], cwd: dir(), logFile: join(dir(), 'log') });
    children.push(child);
    await recordProcesses('kafka', dir(), [child.pid]);
    return child;
  };

  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (isProcessAlive(child.pid)) process.kill(child.pid, 'SIGKILL');
      await child.exited;
    }
  });

  it('is refused the directory while the process that started the engine lives', async () => {
    const child = await startAndRecord();
    const refused = takeOver('kafka', dir(), STEPS);
    await expect(refused).rejects.toMatchObject({ code: 'ALREADY_RUNNING', engine: 'kafka' });
    await expect(refused).rejects.toThrow(`started by process ${process.pid}`);
    expect(isProcessAlive(child.pid)).toBe(true);
  });

  it('is known while it lives and has not released the directory', async () => {
    expect(await ownerOf(dir())).toBeUndefined();
    await startAndRecord();
    expect(await ownerOf(dir())).toBe(process.pid);
    await pretendOwnerDied(dir());
    expect(await ownerOf(dir())).toBeUndefined();
  });

  it('stops what a process that is gone left running', async () => {
    const child = await startAndRecord();
    await pretendOwnerDied(dir());
    await takeOver('kafka', dir(), STEPS);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await readdir(dir())).toEqual(['log']);
  });

  it('leaves a process alone that has got the id of an engine of old', async () => {
    const child = await startAndRecord();
    const file = join(dir(), 'engine.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as OwnerRecord;
    await writeFile(file, JSON.stringify({ ...record, processes: [{ pid: child.pid, startToken: 'long ago' }] }));
    await takeOver('kafka', dir(), STEPS);
    expect(isProcessAlive(child.pid)).toBe(true);
  });

  it('takes a new, a released or a half-written directory as free', async () => {
    await takeOver('kafka', dir(), STEPS);
    await startAndRecord();
    await release(dir());
    await takeOver('kafka', dir(), STEPS);
    await writeFile(join(dir(), 'engine.json'), '{"engine":');
    await takeOver('kafka', dir(), STEPS);
  });
});
