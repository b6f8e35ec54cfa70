import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Output } from '../console/output';
import { planStack } from '../plan/plan';
import { checkPorts } from '../preflight/preflight';
import type { LauncherSettings, Profile } from '../settings/launcher-settings';

const PROFILES: readonly Profile[] = ['embedded', 'engines'];

/**
 * `npm run reset`: removes what both profiles have kept (not the fetched engines). Refuses while anything runs.
 * @returns the exit code
 */
export async function runReset(settings: LauncherSettings, root: string, output: Output): Promise<number> {
  const busy = (await checkPorts(planStack('engines', settings, root))).filter((result) => result.found === 'in use');
  if (busy.length > 0) {
    output.text(`Nothing was removed: ${busy.map((result) => result.what).join(', ')} in use. Stop OrderPulse first (Ctrl-C).`);
    return 1;
  }
  for (const profile of PROFILES) {
    const folder = resolve(root, settings.DATA_DIR, profile);
    await rm(folder, { recursive: true, force: true });
    output.text(`Removed ${folder}`);
  }
  return 0;
}
