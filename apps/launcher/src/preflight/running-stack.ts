import { ownerOf } from '@orderpulse/local-engines';
import { dirname, join } from 'node:path';
import type { StackPlan } from '../plan/plan';

const PROFILES = ['embedded', 'engines'];
const ENGINES = ['postgres', 'kafka', 'pinot'];

/**
 * The launcher that runs engines below the plan's DATA_DIR, of either profile: they share their ports.
 * @returns its process id; undefined when there is none, or it uses engines of its own alone
 */
export async function runningLauncher({ dataDir }: Pick<StackPlan, 'dataDir'>): Promise<number | undefined> {
  for (const profile of PROFILES) {
    for (const engine of ENGINES) {
      const pid = await ownerOf(join(dirname(dataDir), profile, engine));
      if (pid !== undefined && pid !== process.pid) return pid;
    }
  }
  return undefined;
}
