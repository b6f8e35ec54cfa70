import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.mjs';

const SOURCES = ['apps', 'libs', 'infra', 'tools', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', '.next', 'coverage', 'data']);

/** Newest change below a path, epoch ms; tests do not count. */
function newestChangeMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return /\.spec\.tsx?$/.test(path) ? 0 : stat.mtimeMs;
  return readdirSync(path)
    .filter((name) => !NOT_SOURCES.has(name))
    .reduce((newest, name) => Math.max(newest, newestChangeMs(join(path, name))), 0);
}

/**
 * Builds all services and the page when a source is newer than the last build.
 * @param {string} root the workspace's folder
 */
export async function ensureBuilt(root) {
  const stamp = join(root, 'dist', '.built');
  const newest = Math.max(...SOURCES.map((name) => join(root, name)).filter(existsSync).map(newestChangeMs));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  const begun = new Date();
  await runQuietly('Building the services and the page', process.execPath, [
    join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'),
    'run-many',
    '-t',
    'build',
    '--outputStyle=static',
  ], { env: { NX_TUI: 'false', NX_DAEMON: 'false', FORCE_COLOR: '0' } });
  writeFileSync(stamp, '');
  // A source that changed during the build is newer than what was built.
  utimesSync(stamp, begun, begun);
}
