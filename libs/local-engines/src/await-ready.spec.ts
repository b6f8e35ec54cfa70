import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { awaitReady, type ReadyOptions } from './await-ready';
import type { ExitStatus } from './process';
import { useTempDir } from './testing/temp-dir';

describe('awaitReady', () => {
  const dir = useTempDir();
  const never = new Promise<ExitStatus>(() => undefined);
  const failing = (): Promise<void> => Promise.reject(new Error('nobody listens'));

  const wait = async (options: Partial<ReadyOptions>): Promise<void> => {
    const logFile = join(dir(), 'engine.log');
    await writeFile(logFile, 'first line\nlast line\n');
    await awaitReady({
      engine: 'kafka',
      probe: failing,
      exits: [never],
      logFile,
      timeoutMs: 10_000,
      intervalMs: 1,
      ...options,
    });
  };

  it('probes until the engine answers', async () => {
    let probes = 0;
    await wait({ probe: () => (++probes < 3 ? failing() : Promise.resolve()) });
    expect(probes).toBe(3);
  });

  it('reports a process that ended, with the last lines of its log', async () => {
    const exits = [never, Promise.resolve({ code: 3, signal: null })];
    await expect(wait({ exits })).rejects.toMatchObject({ code: 'START_FAILED', engine: 'kafka' });
    await expect(wait({ exits })).rejects.toThrow(/with exit code 3[^]*last line/);
    await expect(wait({ exits: [Promise.resolve({ code: null, signal: 'SIGKILL' })] })).rejects.toThrow(
      'by signal SIGKILL',
    );
  });

  it('reports a time-out with the last reason and the log, even when a probe hangs', async () => {
    await expect(wait({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'START_TIMEOUT', retriable: true });
    await expect(wait({ timeoutMs: 20 })).rejects.toThrow(/nobody listens[^]*last line/);
    await expect(wait({ timeoutMs: 20, probe: () => new Promise(() => undefined) })).rejects.toThrow(
      'not ready after 20 ms',
    );
  });

  it('gives up when asked to, before and while waiting', async () => {
    await expect(wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'START_ABORTED' });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 10);
    await expect(wait({ signal: abort.signal })).rejects.toMatchObject({ code: 'START_ABORTED' });
  });
});
