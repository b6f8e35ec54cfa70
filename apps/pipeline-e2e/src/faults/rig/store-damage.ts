import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const ZEROED_BYTES = 4_096;
/** Of LevelDB's logs. */
const BLOCK_BYTES = 32 * 1024;

/** An offset into a file of so many bytes. */
type Place = (size: number) => number;

/** Something that can happen to the files of a LevelDB folder. */
export interface StoreDamage {
  name: string;
  /**
   * Whether the store must be moved aside, because what is left of it is no checkpoint. Otherwise an older one may be left, or what
   * was hit may have been replaced since.
   */
  isFatal: boolean;
  needsTable?: boolean;
  /** @returns what was done, in words. @throws Error when there is no such file */
  inflict: (folder: string) => Promise<string>;
}

/** What to do harm to is the newest log unless it says otherwise. */
export const DAMAGES: readonly StoreDamage[] = [
  { name: 'log truncated', isFatal: false, inflict: async (folder) => cut(await newest(folder, /\.log$/), 0.5) },
  {
    name: 'byte of the log flipped',
    isFatal: true,
    inflict: async (folder) => flip(await newest(folder, /\.log$/), amongLastCheckpoints),
  },
  {
    name: '4 KB of the log zeroed',
    isFatal: true,
    inflict: async (folder) => zero(await newest(folder, /\.log$/), amongLastCheckpoints),
  },
  { name: 'log deleted', isFatal: false, inflict: async (folder) => remove(await newest(folder, /\.log$/)) },
  { name: 'CURRENT truncated', isFatal: true, inflict: async (folder) => cut(join(folder, 'CURRENT'), 0.5) },
  {
    name: 'MANIFEST truncated',
    isFatal: true,
    inflict: async (folder) => cut(await newest(folder, /^MANIFEST-/), 0.5),
  },
  {
    name: 'byte of a table flipped',
    isFatal: false,
    needsTable: true,
    inflict: async (folder) => flip(await largest(folder, /\.ldb$/), anywhere),
  },
];

async function newest(folder: string, name: RegExp): Promise<string> {
  const names = (await readdir(folder)).filter((each) => name.test(each)).sort();
  const last = names.at(-1);
  if (last === undefined) throw new Error(`${folder} has no file like ${name.source}`);
  return join(folder, last);
}

async function largest(folder: string, name: RegExp): Promise<string> {
  const paths = (await readdir(folder)).filter((each) => name.test(each)).map((each) => join(folder, each));
  const sized = await Promise.all(paths.map(async (path) => ({ path, size: await sizeOf(path) })));
  const [first] = sized.sort((a, b) => b.size - a.size);
  if (!first) throw new Error(`${folder} has no file like ${name.source}`);
  return first.path;
}

async function cut(path: string, share: number): Promise<string> {
  const size = await sizeOf(path);
  await truncate(path, Math.floor(size * share));
  return `${Math.floor(size * share)} of ${size} bytes left`;
}

async function remove(path: string): Promise<string> {
  const size = await sizeOf(path);
  await rm(path);
  return `${size} bytes gone`;
}

async function flip(path: string, place: Place): Promise<string> {
  const size = await sizeOf(path);
  const at = place(size);
  const file = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, at);
  } finally {
    await file.close();
  }
  return `byte ${at} of ${size}`;
}

async function zero(path: string, place: Place): Promise<string> {
  const size = await sizeOf(path);
  const at = place(size);
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(ZEROED_BYTES), 0, ZEROED_BYTES, at);
  } finally {
    await file.close();
  }
  return `bytes ${at} to ${at + ZEROED_BYTES - 1} of ${size}`;
}

/**
 * Among the last checkpoints of a log, with whole ones after it: LevelDB gives up what is left of a block. Further to the front may stand
 * a copy of what older tables hold as well, whose loss changes nothing.
 */
function amongLastCheckpoints(size: number): number {
  if (size < 3 * BLOCK_BYTES) throw new Error(`a log of ${size} bytes has too few blocks`);
  return size - 2 * BLOCK_BYTES - Math.floor((BLOCK_BYTES / 2) * Math.random());
}

/** Somewhere in the second quarter. */
function anywhere(size: number): number {
  return Math.floor(size * (0.25 + 0.25 * Math.random()));
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
