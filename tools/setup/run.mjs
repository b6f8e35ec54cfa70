import { spawn } from 'node:child_process';

const HEARTBEAT_MS = 10_000;
const TAIL_LINES = 40;

/**
 * Runs a command quietly: says what it does, every 10 s how long it has taken, and on failure its last lines.
 * @param {string} title what is being done, for people
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<void>} rejects when the command fails
 */
export function runQuietly(title, command, args, options = {}) {
  const begun = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
  process.stdout.write(`${title} …\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
    const heartbeat = setInterval(() => process.stdout.write(`${title} … ${elapsed()}\n`), HEARTBEAT_MS);
    let tail = [];
    const keep = (chunk) => {
      tail = [...tail, ...chunk.toString('utf8').split('\n').filter((line) => line.trim() !== '')].slice(-TAIL_LINES);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const forward = (signal) => child.kill(signal);
    process.once('SIGINT', forward);
    process.once('SIGTERM', forward);
    const end = (error) => {
      clearInterval(heartbeat);
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      if (error) reject(error);
      else {
        process.stdout.write(`${title}: done in ${elapsed()}\n`);
        resolve();
      }
    };
    child.once('error', end);
    child.once('close', (code, signal) => {
      const failure = new Error(`${title} failed (${signal ?? `exit code ${code}`}):\n${tail.join('\n')}`);
      end(code === 0 ? undefined : failure);
    });
  });
}
