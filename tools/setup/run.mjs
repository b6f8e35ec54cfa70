import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const HEARTBEAT_MS = 10_000;
const TAIL_LINES = 40;
/** What a signal asked to end gets so long for it, then it is killed. */
const STOP_MS = 3_000;

/** The signals with which people, terminals and supervisors stop a command. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The work was stopped by a signal: no failure, so there is nothing to explain. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('Stopped.');
    /** As shells have it: 130 for SIGINT, 143 for SIGTERM. */
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs a command quietly: says what it does, every 10 s how long it has taken, and on failure its last lines.
 * @param {string} title what is being done, for people
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<void>} rejects when the command fails, and with Interrupted on a signal
 */
export async function runQuietly(title, command, args, options = {}) {
  const begun = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
  process.stdout.write(`${title} …\n`);
  const heartbeat = setInterval(() => process.stdout.write(`${title} … ${elapsed()}\n`), HEARTBEAT_MS);
  let tail = [];
  const keep = (chunk) => {
    tail = [...tail, ...chunk.split('\n').filter((line) => line.trim() !== '')].slice(-TAIL_LINES);
  };
  try {
    const { code, signal } = await run(command, args, options.env, keep);
    if (code !== 0) throw new Error(`${title} failed (${signal ?? `exit code ${code}`}):\n${tail.join('\n')}`);
  } finally {
    clearInterval(heartbeat);
  }
  process.stdout.write(`${title}: done in ${elapsed()}\n`);
}

/**
 * Runs a command in a process group of its own: a Ctrl-C in the terminal reaches us alone, and a signal that stops us ends
 * the command with everything that it has started.
 */
function run(command, args, env, onOutput) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: true });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
    let stoppedBy;
    let limit;
    const stop = (signal) => {
      if (stoppedBy) return;
      stoppedBy = signal;
      signalGroup(child.pid, signal);
      limit = setTimeout(end, STOP_MS);
    };
    const end = (code, signal) => {
      clearTimeout(limit);
      for (const name of STOP_SIGNALS) process.off(name, stop);
      if (!stoppedBy) return resolve({ code, signal });
      // Whoever has not listened, or was left behind.
      signalGroup(child.pid, 'SIGKILL');
      reject(new Interrupted(stoppedBy));
    };
    for (const name of STOP_SIGNALS) process.on(name, stop);
    child.once('error', reject);
    child.once('close', end);
  });
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody is left; macOS says EPERM of processes that have ended but were not waited for.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
