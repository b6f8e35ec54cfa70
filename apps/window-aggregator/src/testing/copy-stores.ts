import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a folder of stores as a crash would leave it, while they are open. A crash stops everything at one instant; a copy
 * takes a while, so it is made again when LevelDB compacted in the background meanwhile.
 */
export async function copyStores(from: string, to: string): Promise<void> {
  for (;;) {
    const before = await describe(from);
    try {
      await cp(from, to, { recursive: true, filter: (path) => !path.endsWith('LOCK') });
      if ((await describe(from)) === before) return;
    } catch (error) {
      if (!isMissingFile(error)) throw error;
    }
    await rm(to, { recursive: true, force: true });
  }
}

/** Names and sizes of all files; changes whenever a file comes, goes or grows. */
async function describe(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    names.map(async (name) => {
      try {
        return `${name} ${(await stat(join(folder, name))).size}`;
      } catch (error) {
        if (!isMissingFile(error)) throw error;
        return `${name} gone`;
      }
    }),
  );
  return sizes.sort().join('\n');
}

function isMissingFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
