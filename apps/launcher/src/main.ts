import { ConfigError, loadConfig } from '@orderpulse/service-kit';
import { parseArgs } from 'node:util';
import { runDoctor } from './commands/doctor';
import { runReset } from './commands/reset';
import { runStart } from './commands/start';
import { consoleOutput } from './console/output';
import { launcherSettings } from './settings/launcher-settings';
import { settingsOfStart } from './settings/settings-of-start';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'embedded' },
      doctor: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
    },
  });
  const output = consoleOutput();
  const root = process.cwd();
  if (values.doctor) return runDoctor(loadConfig(launcherSettings), root, output);
  if (values.reset) return runReset(loadConfig(launcherSettings), root, output);
  if (values.profile !== 'embedded' && values.profile !== 'engines') {
    output.text(`There is no profile "${values.profile}"; there are embedded and engines.`);
    return 2;
  }
  return runStart(values.profile, settingsOfStart(values.profile, root), root, output);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const badArguments = error instanceof TypeError && 'code' in error;
    const expected = badArguments || error instanceof ConfigError;
    process.stderr.write(`${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`);
    process.exit(badArguments ? 2 : 1);
  },
);
