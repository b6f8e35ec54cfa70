import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../errors';

const execFileAsync = promisify(execFile);

/** A command line as the operating system gets it. */
export interface CommandLine {
  command: string;
  args: string[];
}

/** How to run PostgreSQL's programs: PostgreSQL refuses to run as root. */
export interface RunAs {
  /** Who must own the data files, or undefined when that is ourselves. */
  owner: UserIds | undefined;
  /** Turns a program's command line into the one to spawn. */
  wrap(command: string, args: readonly string[]): CommandLine;
}

/** A user of the operating system. */
export interface UserIds {
  uid: number;
  gid: number;
}

/**
 * Decides under which user PostgreSQL runs. An ordinary user runs it as himself. Root hands over to the user
 * `postgres`, or `nobody` where there is none, and to whoever owns the data already.
 *
 * Root's folders are often closed to others (/root, temporary folders). Rather than open them, the process is then
 * allowed to pass through folders, and nothing else, by one capability (CAP_DAC_READ_SEARCH).
 * @param paths files and folders the programs must reach
 * @param existingData the data folder, when there is one already
 * @throws EngineError DATA_DIR_NOT_ACCESSIBLE when neither way is open
 */
export async function chooseUser(paths: readonly string[], existingData: string | undefined): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { owner: undefined, wrap: (command, args) => ({ command, args: [...args] }) };
  const owner = (existingData && (await ownerOf(existingData))) || (await unprivilegedUser());
  const ids = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const closed = await firstClosed(paths, owner);
  const flags = closed === undefined ? ids : [...ids, ...PASS_THROUGH_FOLDERS];
  const runAs: RunAs = {
    owner,
    wrap: (command, args) => ({ command: 'setpriv', args: [...flags, command, ...args] }),
  };
  await verify(runAs, paths, closed);
  return runAs;
}

/** The secure bit keeps the capability in force for access(2), which else judges by the plain user. */
const PASS_THROUGH_FOLDERS = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=-all,+dac_read_search',
  '--ambient-caps=-all,+dac_read_search',
];

async function verify(runAs: RunAs, paths: readonly string[], closed: string | undefined): Promise<void> {
  for (const path of paths) {
    const { command, args } = runAs.wrap('test', ['-x', path]);
    try {
      await execFileAsync(command, args);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw setprivMissing(cause);
      throw new EngineError({
        code: 'DATA_DIR_NOT_ACCESSIBLE',
        engine: 'postgres',
        message:
          `PostgreSQL does not run as root, and the user it runs as (id ${runAs.owner?.uid}) cannot reach ${path}` +
          `${closed === undefined ? '' : ` because ${closed} is closed to it`}. ` +
          'Start as an ordinary user, or use a folder that others may pass through.',
        cause,
      });
    }
  }
}

function setprivMissing(cause: unknown): EngineError {
  return new EngineError({
    code: 'BINARIES_MISSING',
    engine: 'postgres',
    message: 'PostgreSQL does not run as root. Start as an ordinary user, or install setpriv (package util-linux).',
    cause,
  });
}

/** The first folder on the way to any of the paths that the user may not pass through. */
async function firstClosed(paths: readonly string[], user: UserIds): Promise<string | undefined> {
  for (const path of paths) {
    for (const step of [...ancestors(path), path]) {
      const { mode, uid, gid } = await stat(step);
      const bit = uid === user.uid ? constants.S_IXUSR : gid === user.gid ? constants.S_IXGRP : constants.S_IXOTH;
      if ((mode & bit) === 0) return step;
    }
  }
  return undefined;
}

/** Folders above a path, from the root down. */
export function ancestors(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...ancestors(above), above];
}

async function ownerOf(path: string): Promise<UserIds | undefined> {
  const { uid, gid } = await stat(path);
  return uid === 0 ? undefined : { uid, gid };
}

async function unprivilegedUser(): Promise<UserIds> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return findUser(passwd, ['postgres', 'nobody']) ?? { uid: 65534, gid: 65534 };
}

/** Ids of the first of the named users that /etc/passwd knows. */
export function findUser(passwd: string, names: readonly string[]): UserIds | undefined {
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const entry = entries.find((fields) => fields[0] === name);
    const uid = Number(entry?.[2]);
    const gid = Number(entry?.[3]);
    if (entry !== undefined && Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return undefined;
}
