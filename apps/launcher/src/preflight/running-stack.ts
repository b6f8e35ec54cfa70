import { isProcessAlive } from '@orderpulse/local-engines';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { StackPlan } from '../plan/plan';

const PROFILES = ['embedded', 'engines'];
const ENGINES = ['postgres', 'kafka', 'pinot'];

/** What is read of the record that an engine's data folder holds while the engine runs. */
const ownerRecord = z.object({ owner: z.object({ pid: z.number().int().positive() }) });

/**
 * The launcher that runs engines below the plan's DATA_DIR, of either profile: they share their ports.
 * @returns its process id; undefined when there is none, or it uses engines of its own alone
 */
export async function runningLauncher({ dataDir }: Pick<StackPlan, 'dataDir'>): Promise<number | undefined> {
  for (const profile of PROFILES) {
    for (const engine of ENGINES) {
      const pid = await ownerOf(join(dirname(dataDir), profile, engine, 'engine.json'));
      if (pid !== undefined && pid !== process.pid && isProcessAlive(pid)) return pid;
    }
  }
  return undefined;
}

/** The process that an engine's record names as its owner; undefined without a record. */
export async function ownerOf(file: string): Promise<number | undefined> {
  try {
    return ownerRecord.parse(JSON.parse(await readFile(file, 'utf8'))).owner.pid;
  } catch {
    // No record, or one cut off by a crash: the ports are named then, as for any other program.
    return undefined;
  }
}
