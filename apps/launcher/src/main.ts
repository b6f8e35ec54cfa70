import { ConfigError, loadConfig } from '@orderpulse/service-kit';
import { parseArgs } from 'node:util';
import { runDoctor } from './commands/doctor';
import { runReset } from './commands/reset';
import { runStart } from './commands/start';
import { consoleOutput } from './console/output';
import { launcherSettings } from './settings/launcher-settings';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'embedded' },
      doctor: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
    },
  });
  const output = consoleOutput();
  const settings = loadConfig(launcherSettings);
  const root = process.cwd();
  if (values.doctor) return runDoctor(settings, root, output);
  if (values.reset) return runReset(settings, root, output);
  if (values.profile !== 'embedded' && values.profile !== 'engines') {
    output.text(`There is no profile "${values.profile}"; there are embedded and engines.`);
    return 2;
  }
  return runStart(values.profile, settings, root, output);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected = error instanceof ConfigError || (error instanceof TypeError && 'code' in error);
    process.stderr.write(`${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`);
    process.exit(expected ? 2 : 1);
  },
);
