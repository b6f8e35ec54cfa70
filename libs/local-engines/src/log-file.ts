import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** A log larger than this is moved to `<file>.1` at the next start, so that two of them bound the space used. */
const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;
const FOLLOW_INTERVAL_MS = 200;

/** Moves an overgrown log aside. A missing file is fine. */
export async function rotateLog(file: string, maxBytes = ROTATE_ABOVE_BYTES): Promise<void> {
  const size = await fileSize(file);
  if (size > maxBytes) await rename(file, `${file}.1`);
}

/** The last `lines` lines of a log, for error messages; an empty string when there is no log. */
export async function tailLog(file: string, lines = 20, maxBytes = 64 * 1024): Promise<string> {
  const size = await fileSize(file);
  if (size === 0) return '';
  const start = Math.max(0, size - maxBytes);
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    await handle.close();
  }
}

/** Stops following; what was written until now is still delivered. */
export type StopFollowing = () => Promise<void>;

/**
 * Hands every line appended from now on to `onLine`. Engines write to a file, not to a pipe, so that they outlive
 * a crash of this process undamaged; hence following is reading the file, a few times a second.
 */
export async function followLog(file: string, onLine: (line: string) => void): Promise<StopFollowing> {
  let position = await fileSize(file);
  let rest = '';
  const decoder = new StringDecoder('utf8');
  const poll = async (): Promise<void> => {
    const size = await fileSize(file);
    if (size <= position) return;
    for await (const chunk of createReadStream(file, { start: position, end: size - 1 })) {
      rest += decoder.write(chunk as Buffer);
    }
    position = size;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  let running: Promise<void> = Promise.resolve();
  // A log that cannot be read for a moment must not take the engine down: the next round tries again.
  const next = (): Promise<void> => (running = running.then(poll).catch(() => undefined));
  const timer = setInterval(() => void next(), FOLLOW_INTERVAL_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await next();
  };
}

async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
