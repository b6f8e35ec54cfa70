import { readFile } from 'node:fs/promises';

/** Memory of one process in MB: pssMb shares pages among those who use them, so sums over processes are true. */
export interface ProcessMemory {
  pid: number;
  name: string;
  pssMb: number;
}

/** What the processes use now; those that have ended meanwhile are left out. Linux only. */
export async function memoryOf(pids: readonly number[]): Promise<ProcessMemory[]> {
  const all = await Promise.all(
    pids.map(async (pid) => {
      const [rollup, command] = await Promise.all([
        readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
      return { pid, name: processName(command), pssMb: kilobytes / 1024 };
    }),
  );
  return all.filter((process) => process.pssMb > 0);
}

/** A service's, an engine's or the program's name from its command line. */
function processName(command: string): string {
  const title = /^orderpulse ([\w-]+)/.exec(command)?.[1];
  const app = /dist\/apps\/([\w-]+)\//.exec(command)?.[1];
  if (title ?? app) return title ?? app ?? '';
  if (/postgres/.test(command)) return 'postgres';
  if (/kafka\.Kafka/.test(command)) return 'kafka';
  if (/StartServiceManager/.test(command)) return 'pinot';
  if (/zookeeper/i.test(command)) return 'zookeeper';
  return (command.split('\0')[0] ?? '').split('/').at(-1)?.slice(0, 24) || 'unknown';
}

/** Sums per name, largest first. */
export function byName(processes: readonly ProcessMemory[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { name, pssMb } of processes) sums.set(name, (sums.get(name) ?? 0) + pssMb);
  return [...sums].sort(([, a], [, b]) => b - a);
}
