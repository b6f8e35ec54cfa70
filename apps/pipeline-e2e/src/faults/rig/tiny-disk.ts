import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BALLAST = 'ballast';
const CHUNK_BYTES = 64 * 1024;

/** A file system with little space, which can be filled up and made room on. Needs the right to mount. */
export class TinyDisk {
  private constructor(readonly path: string) {}

  /** Mounts one; null where that is not permitted. */
  static async mount(path: string, megabytes: number): Promise<TinyDisk | null> {
    await mkdir(path, { recursive: true });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
      return new TinyDisk(path);
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  /** Takes all space that is left. */
  async fill(): Promise<void> {
    const file = await open(join(this.path, BALLAST), 'a');
    try {
      for (let size = CHUNK_BYTES; size >= 1; ) {
        try {
          await file.write(Buffer.alloc(size));
        } catch (error) {
          if (!isNoSpace(error)) throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      await file.close();
    }
  }

  /** Gives the space back. */
  async empty(): Promise<void> {
    await rm(join(this.path, BALLAST), { force: true });
  }

  /** Bytes that are free. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path);
    return bavail * bsize;
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.path]);
  }
}

function isRefusal(error: unknown): boolean {
  // mount: 1 incorrect invocation or permissions, 32 mount failure; ENOENT: there is no such program.
  return error instanceof Error && 'code' in error && (error.code === 1 || error.code === 32 || error.code === 'ENOENT');
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
