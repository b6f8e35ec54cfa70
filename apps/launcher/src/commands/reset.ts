import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Output } from '../console/output';
import { planStack } from '../plan/plan';
import { checkPorts } from '../preflight/preflight';
import type { LauncherSettings, Profile } from '../settings/launcher-settings';

const PROFILES: readonly Profile[] = ['embedded', 'engines'];

/**
 * `npm run reset`: removes what both profiles have kept (not the fetched engines) and says what that was. Refuses while
 * anything runs.
 * @returns the exit code
 */
export async function runReset(settings: LauncherSettings, root: string, output: Output): Promise<number> {
  const busy = (await checkPorts(planStack('engines', settings, root))).filter((result) => result.found === 'in use');
  if (busy.length > 0) {
    output.text(`Nothing was removed: ${busy.map((result) => result.what).join(', ')} in use. Stop OrderPulse first (Ctrl-C).`);
    return 1;
  }
  const dataDir = resolve(root, settings.DATA_DIR);
  let removed = 0;
  for (const profile of PROFILES) {
    const folder = join(dataDir, profile);
    const kept = await contentsOf(folder);
    if (kept === null) continue;
    await rm(folder, { recursive: true, force: true });
    output.text(`Removed ${folder}${kept.length > 0 ? `: ${kept.join(', ')}` : ', which was empty'}`);
    removed++;
  }
  if (removed === 0) output.text(`There was nothing to remove: neither profile has kept anything in ${dataDir}.`);
  return 0;
}

/** Names of what is in a folder, sorted; null when there is no such folder. */
async function contentsOf(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
