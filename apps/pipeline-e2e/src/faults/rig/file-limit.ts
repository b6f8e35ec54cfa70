import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Where no small disk can be mounted: a process that may not write to any file stands for one without space.
 * @param pid of the process as it runs now
 */
export function fileLimit(pid: () => number): { take(): Promise<void>; give(): Promise<void> } {
  const limit = async (bytes: string): Promise<void> => {
    // The soft limit alone can be raised again by anyone.
    await run('prlimit', ['--pid', String(pid()), `--fsize=${bytes}:`]);
  };
  return { take: () => limit('0'), give: () => limit('unlimited') };
}
