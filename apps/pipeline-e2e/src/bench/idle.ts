import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { patch } from '../harness/api';
import { memoryOf } from '../harness/memory';
import type { Product } from '../harness/product';

/** The engines are not ours to make frugal. */
const ENGINES = new Set(['postgres', 'kafka', 'pinot', 'zookeeper']);
/** Linux counts the time of processes in hundredths of a second, whatever the machine. */
const TICK_MS = 10;
const SETTLE_MS = 20_000;

/** What one process takes of one core while nothing happens: 0 to 1. */
export interface IdleShare {
  name: string;
  share: number;
}

/** Pauses the shop and watches the product's own processes for some seconds. Linux only. The largest share comes first. */
export async function measureIdle(product: Product, seconds: number, signal: AbortSignal): Promise<IdleShare[]> {
  await patch(`${product.urls.orderApi}/shop`, { paused: true });
  await delay(SETTLE_MS, undefined, { signal });
  const own = (await memoryOf(await product.pids())).filter(({ name }) => !ENGINES.has(name));
  const before = await Promise.all(own.map(({ pid }) => cpuMs(pid)));
  const begun = performance.now();
  await delay(seconds * 1_000, undefined, { signal });
  const after = await Promise.all(own.map(({ pid }) => cpuMs(pid)));
  const tookMs = performance.now() - begun;
  return own
    .map(({ name }, i) => ({ name, share: ((after[i] ?? NaN) - (before[i] ?? NaN)) / tookMs }))
    .sort((a, b) => b.share - a.share);
}

/** Time that a process has spent computing, in ms, in its own code and in the kernel's. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in parentheses, may hold blanks; user time is field 14, kernel time field 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
