// What `npm test` runs: set-up, then every check and test, and as its last line how many passed and failed.
// A missing engine or browser is a visible skip, or a failure with REQUIRE_ENGINES=1 / REQUIRE_BROWSER=1.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { Interrupted, STOP_SIGNALS } from './setup/run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, 'tmp', 'test-results');
const bin = (path) => join(root, 'node_modules', path);
const env = { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false', FORCE_COLOR: '0', TZ: 'UTC', NODE_OPTIONS: '' };

/** Runs a program with its output shown; resolves to its exit code, rejects with Interrupted on a signal. */
function show(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });
    let stoppedBy;
    const forward = (signal) => {
      stoppedBy ??= signal;
      child.kill(signal);
    };
    for (const signal of STOP_SIGNALS) process.on(signal, forward);
    child.once('error', reject);
    child.once('close', (code) => {
      for (const signal of STOP_SIGNALS) process.off(signal, forward);
      if (stoppedBy) reject(new Interrupted(stoppedBy));
      else resolve(code ?? 1);
    });
  });
}

/** A check that is one thing: passed or failed. */
async function check(args) {
  const code = await show(bin('nx/dist/bin/nx.js'), args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** A run of jest, counted from its own report. A suite that could not run counts as a failure. */
async function jest(name, args) {
  const report = join(results, `${name}.json`);
  const code = await show(bin('jest/bin/jest.js'), [...args, '--json', `--outputFile=${report}`]);
  let counts;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    process.stderr.write(`${name}: no report (${error.message})\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return {
    passed: counts.numPassedTests,
    // An error outside any test, such as a leaked rejection, shows in the exit code only.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

const NX_CHECK = ['--outputStyle=static', '--parallel=2'];
const UNIT = 'src/(?!.*\\.(integration|browser|e2e)\\.spec\\.).*\\.spec\\.tsx?$';
const steps = [
  ['lint and type check', () => check(['run-many', '-t', 'lint', 'typecheck', ...NX_CHECK])],
  ['unit tests', () => jest('unit', ['--testPathPatterns', UNIT, '--maxWorkers=2'])],
  ['tests on real engines', () => jest('integration', ['--testPathPatterns', '\\.integration\\.spec\\.ts$', '--runInBand'])],
  ['tests of the page in a browser', () => jest('browser', ['--config', 'apps/dashboard/jest.browser.config.cjs', '--runInBand'])],
  ['tests of the whole pipeline', () => jest('e2e', ['--config', 'apps/pipeline-e2e/jest.e2e.config.cjs', '--runInBand'])],
];

process.chdir(root);
rmSync(results, { recursive: true, force: true });
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await ensureInstalled(root);
  mkdirSync(results, { recursive: true });
  await ensureBuilt(root);
  total.passed += 1;
  for (const [title, run] of steps) {
    process.stdout.write(`\n── ${title}\n`);
    const counts = await run();
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  if (error instanceof Interrupted) process.exit(error.exitCode);
  total.failed += 1;
}
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped: an engine or browser is missing here, see above\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
