import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const POLL_MS = 50;

/** How a process ended; both fields are null when it could not be spawned. */
export interface ExitStatus {
  code: number | null;
  signal: string | null;
}

/** What to run. */
export interface ProcessSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  /** Standard output and error are appended to this file. */
  logFile: string;
  /** Added to this process's own environment. */
  env?: Readonly<Record<string, string>>;
}

/** A child process in its own process group. */
export interface EngineProcess {
  pid: number;
  exited: Promise<ExitStatus>;
}

/**
 * Starts a child in a session and process group of its own: a Ctrl-C in the terminal reaches us alone, and the
 * engines are stopped in our order. Its output goes to a file, so it does not depend on us being alive.
 */
export async function spawnEngine(spec: ProcessSpec): Promise<EngineProcess> {
  const log = openSync(spec.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...spec.env },
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return { pid: child.pid as number, exited };
}

/** Whether a process with this id exists (a zombie that nobody has reaped yet does not count). */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || linuxStat(pid)?.state !== 'Z';
}

/** State and start time of a process; undefined when there is none. */
function linuxStat(pid: number): { state: string | undefined; startTime: string | undefined } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in parentheses, may hold blanks; the state is field 3 and the start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], startTime: fields[19] };
  } catch {
    return undefined;
  }
}

/** Waits until the process is gone. Resolves to false when it still lives after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isProcessAlive(pid)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** One step of {@link stopProcess}: a signal and how long to wait for the end after it. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/**
 * Sends the signals in order, each followed by its wait, until the process is gone.
 * @returns whether the process is gone
 */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (!sendSignal(pid, signal)) return true;
    if (await waitForExit(pid, waitMs)) return true;
  }
  return !isProcessAlive(pid);
}

/** Sends a signal; false when there is no such process any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * A value that differs between two processes which got the same id one after the other: when the process started.
 * Undefined when there is no such process.
 */
export async function processStartToken(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return linuxStat(pid)?.startTime;
  try {
    const { stdout } = await execFileAsync('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
