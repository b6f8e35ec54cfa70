import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.mjs';

const NODE_AT_LEAST = [20, 19];

/**
 * Installs the dependencies of the lock file, with our patches, when they are not the installed ones. Knows by a stamp, so that a start
 * with everything in place costs nothing.
 * @param {string} root the workspace's folder
 */
export async function ensureInstalled(root) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor < NODE_AT_LEAST[1]))
    throw new Error(`Node.js ${process.versions.node} is too old: install ${NODE_AT_LEAST.join('.')} or newer.`);
  const hash = createHash('sha256');
  const folder = join(root, 'patches');
  const patches = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const file of ['package.json', 'package-lock.json', ...patches.map((name) => join('patches', name))]) hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // What is installed from here on is neither the old nor, when stopped half-way, the new.
  rmSync(stamp, { force: true });
  // A patch fits on the package as it was published, not on one that an earlier patch has changed.
  for (const patch of patches) {
    const name = patch.split('+').slice(0, -1);
    rmSync(join(root, 'node_modules', ...name), { recursive: true, force: true });
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Not `npm ci`: it refuses a lock file made where the registry offers no packages for other platforms. This installs what
  // the lock file says too, and --no-save keeps it as it is.
  const args = ['install', '--no-save', '--no-audit', '--no-fund'];
  await runQuietly('Installing dependencies (once)', npm, args, { env: { NODE_ENV: undefined } });
  writeFileSync(stamp, wanted);
}
