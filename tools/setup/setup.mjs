import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';

/**
 * Installs and builds what is missing. When that fails or is stopped, says so and ends this process.
 * @param {string} root the workspace's folder
 */
export async function setUp(root) {
  try {
    await ensureInstalled(root);
    await ensureBuilt(root);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode ?? 1);
  }
}
