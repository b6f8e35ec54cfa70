import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MeasuredProcess } from '../peers/measured-process';
import type { Aggregator } from '../harness/aggregator';
import { workspaceRoot } from '../harness/workspace';
import type { HttpLoadResult } from './http-load';

const CONNECTIONS = 16;
const STEADY_RATE = 1_000;

export interface QueryCost {
  /** Answers a second, as many as the one process gives. */
  most: HttpLoadResult;
  /** Under 1,000 queries a second. */
  steady: HttpLoadResult;
  /** True when the process was held on one core and the load on the others. */
  onOneCore: boolean;
}

/**
 * Loads an aggregator's GET /orders/overview from another process.
 * @param asOfMs epoch ms; windows that hold something
 * @param seconds of each load
 */
export async function measureQuery(
  instance: Aggregator,
  asOfMs: number,
  seconds: number,
  signal: AbortSignal,
): Promise<QueryCost> {
  const url = `${instance.url}/orders/overview?asOf=${asOfMs}`;
  const onOneCore = await holdOnFirstCore(instance.pid);
  const load = (rate?: number): Promise<HttpLoadResult> => runLoad(url, seconds, rate, onOneCore, signal);
  // Warm before it counts.
  await load();
  const [most, steady] = [await load(), await load(STEADY_RATE)];
  if (most.errors + steady.errors > 0) throw new Error(`${url}: ${most.errors + steady.errors} answers other than 200`);
  return { most, steady, onOneCore };
}

/** Linux only; elsewhere, and on a machine with one core, everything runs where it will. */
async function holdOnFirstCore(pid: number): Promise<boolean> {
  if (process.platform !== 'linux' || availableParallelism() < 2) return false;
  await promisify(execFile)('taskset', ['-a', '-c', '-p', '0', String(pid)]);
  return true;
}

async function runLoad(
  url: string,
  seconds: number,
  rate: number | undefined,
  aside: boolean,
  signal: AbortSignal,
): Promise<HttpLoadResult> {
  const root = workspaceRoot();
  const command = [process.execPath, join(root, 'dist/apps/pipeline-e2e/main.js'), 'http-load', '--url', url];
  const args = [
    '--seconds',
    String(seconds),
    '--connections',
    String(CONNECTIONS),
    ...(rate ? ['--rate', String(rate)] : []),
  ];
  const pinned = aside ? ['taskset', '-c', `1-${availableParallelism() - 1}`] : [];
  const [program = '', ...words] = [...pinned, ...command, ...args];
  const load = new MeasuredProcess({ name: 'the HTTP load', command: program, args: words, cwd: root, signal });
  const result = (await load.line(({ event }) => event === 'load')) as unknown as HttpLoadResult;
  await load.finished;
  return result;
}
