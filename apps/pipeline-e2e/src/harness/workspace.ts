import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder at or above the working directory that holds nx.json: tests run from source, commands from a bundle.
 * @throws Error outside the workspace
 */
export function workspaceRoot(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('run this inside the workspace');
  }
}
