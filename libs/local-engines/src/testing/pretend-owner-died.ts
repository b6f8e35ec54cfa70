import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnerRecord } from '../owner';

/** Rewrites an engine's record as if a process that has ended since had started it. The engine goes on running. */
export async function pretendOwnerDied(dataDir: string): Promise<void> {
  const ended = spawn('true');
  await new Promise((resolve) => ended.once('exit', resolve));
  const file = join(dataDir, 'engine.json');
  const record = JSON.parse(await readFile(file, 'utf8')) as OwnerRecord;
  await writeFile(file, JSON.stringify({ ...record, owner: { pid: ended.pid, startToken: '1' } }));
}
