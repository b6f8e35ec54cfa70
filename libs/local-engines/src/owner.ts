import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, type EngineName } from './errors';
import { isProcessAlive, processStartToken, stopProcess, type StopStep } from './process';

/** A process as written down: the id alone may have been given to another process since. */
export interface ProcessMark {
  pid: number;
  startToken: string;
}

/** Who runs an engine on a data directory, and as which processes. */
export interface OwnerRecord {
  engine: EngineName;
  owner: ProcessMark;
  processes: ProcessMark[];
}

const FILE = 'engine.json';

/**
 * Makes a data directory ours. Engines left behind by a process that was killed are stopped by their ids first.
 * @throws EngineError ALREADY_RUNNING when the process that started them is alive
 */
export async function takeOver(engine: EngineName, dataDir: string, steps: readonly StopStep[]): Promise<void> {
  const record = await readRecord(dataDir);
  if (record === undefined) return;
  const alive = [];
  for (const mark of record.processes) if (await isSame(mark)) alive.push(mark.pid);
  if (alive.length > 0 && (await isSame(record.owner))) {
    throw new EngineError({
      code: 'ALREADY_RUNNING',
      engine,
      message: `${engine} already runs on ${dataDir}, started by process ${record.owner.pid}. Stop that process first.`,
    });
  }
  for (const pid of alive) {
    if (!(await stopProcess(pid, steps))) {
      throw new EngineError({
        code: 'ALREADY_RUNNING',
        engine,
        message: `A left-over ${engine} (process ${pid}) on ${dataDir} does not stop. End it with: kill -9 ${pid}`,
      });
    }
  }
  await release(dataDir);
}

/** Writes down the processes just started, in the order in which they are to be stopped. */
export async function recordProcesses(engine: EngineName, dataDir: string, pids: readonly number[]): Promise<void> {
  const processes = await Promise.all(pids.map(markOf));
  const record: OwnerRecord = { engine, owner: await markOf(process.pid), processes };
  const file = join(dataDir, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Forgets the processes, after they have ended. */
export async function release(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE), { force: true });
}

/** The process that runs an engine on a data directory; undefined when none does, or it has ended without a stop. */
export async function ownerOf(dataDir: string): Promise<number | undefined> {
  const record = await readRecord(dataDir);
  return record !== undefined && (await isSame(record.owner)) ? record.owner.pid : undefined;
}

async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, startToken: (await processStartToken(pid)) ?? '' };
}

async function isSame(mark: ProcessMark): Promise<boolean> {
  return isProcessAlive(mark.pid) && (await processStartToken(mark.pid)) === mark.startToken;
}

async function readRecord(dataDir: string): Promise<OwnerRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, FILE), 'utf8')) as OwnerRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
