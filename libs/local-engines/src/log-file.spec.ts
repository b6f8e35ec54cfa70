import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { followLog, rotateLog, tailLog } from './log-file';
import { useTempDir } from './testing/temp-dir';

describe('log files', () => {
  const dir = useTempDir();
  const file = (): string => join(dir(), 'engine.log');

  it('gives the last lines, from the last bytes only', async () => {
    expect(await tailLog(file())).toBe('');
    await writeFile(file(), 'one\ntwo\nthree\n');
    expect(await tailLog(file(), 2)).toBe('two\nthree');
    expect(await tailLog(file(), 9, 8)).toBe('o\nthree');
  });

  it('moves a log aside when it has grown too large, keeping one', async () => {
    await rotateLog(file(), 3);
    await writeFile(file(), 'abc');
    await rotateLog(file(), 3);
    expect(await readdir(dir())).toEqual(['engine.log']);
    await writeFile(file(), 'abcd');
    await rotateLog(file(), 3);
    expect(await readdir(dir())).toEqual(['engine.log.1']);
    expect(await readFile(`${file()}.1`, 'utf8')).toBe('abcd');
  });

  it('hands over whole lines appended after following began', async () => {
    await writeFile(file(), 'before\n');
    const lines: string[] = [];
    const stop = await followLog(file(), (line) => lines.push(line));
    await appendFile(file(), 'one\ntw');
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(lines).toEqual(['one']);
    await appendFile(file(), 'o €\nunfinished');
    await stop();
    expect(lines).toEqual(['one', 'two €']);
  });
});
