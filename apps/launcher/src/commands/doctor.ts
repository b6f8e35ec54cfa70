import { CHROMIUM_HINT, chromiumPath } from '@orderpulse/local-engines';
import { type Output, table } from '../console/output';
import { planStack } from '../plan/plan';
import { type CheckResult, preflight } from '../preflight/preflight';
import type { LauncherSettings } from '../settings/launcher-settings';

function checkChromium(): CheckResult {
  const path = chromiumPath();
  const result = { what: 'Chromium', ok: path !== null, found: path ?? 'missing, so that they are skipped' };
  return result.ok ? result : { ...result, fix: `To run them, ${CHROMIUM_HINT}.` };
}

/**
 * `npm run doctor`: looks at what both profiles and the tests need and says how to put right what is not well.
 * @returns the exit code: 0 when the embedded profile can start, which is all that most need; else 1
 */
export async function runDoctor(settings: LauncherSettings, root: string, output: Output): Promise<number> {
  const embedded = await preflight(planStack('embedded', settings, root));
  const engines = await preflight(planStack('engines', settings, root));
  const onlyEngines = engines.filter((result) => !embedded.some((other) => other.what === result.what));
  for (const [title, results] of [
    ['For npm start', embedded],
    ['Also for npm run start:engines', onlyEngines],
    ['Also for the tests of the page in npm test', [checkChromium()]],
  ] as const) {
    const rows = results.map(({ what, ok, found, fix }) => [`${ok ? '✓' : '✗'} ${what}`, ok ? found : `${found}. ${fix ?? ''}`] as const);
    output.text(`${title}\n${table(rows)}\n`);
  }
  return embedded.every((result) => result.ok) ? 0 : 1;
}
