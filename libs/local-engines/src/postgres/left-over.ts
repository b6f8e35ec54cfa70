import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../errors';
import { isProcessAlive, stopProcess, type StopStep } from '../process';

const execFileAsync = promisify(execFile);

/**
 * PostgreSQL's own lock file, `postmaster.pid`, names the process that runs on the data. Three cases remain after a
 * crash: the process is gone (PostgreSQL sees that itself), a server still runs there (stop it), or the id belongs
 * to another program by now, which PostgreSQL would take for a running server (remove the file).
 * @throws EngineError ALREADY_RUNNING when the server does not stop
 */
export async function clearLeftOver(pgdata: string, steps: readonly StopStep[]): Promise<void> {
  const file = join(pgdata, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return;
  if (!(await commandOf(pid)).includes(pgdata)) {
    await rm(file, { force: true });
    return;
  }
  if (await stopProcess(pid, steps)) return;
  throw new EngineError({
    code: 'ALREADY_RUNNING',
    engine: 'postgres',
    message: `A left-over postgres (process ${pid}) on ${pgdata} does not stop. End it with: kill -9 ${pid}`,
  });
}

async function commandOf(pid: number): Promise<string> {
  try {
    return (await execFileAsync('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout;
  } catch {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  }
}
