import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useTempDir } from '../testing/temp-dir';
import { cacheName, fetchEngine, type FetchOptions, type FetchProgress } from './fetch';

const POM = '<project>\n  <version>4.1.0</version>\n</project>';

const NO_PROGRAMS = { PATH: '/nowhere' };

/** Stand-ins for the two programs, found through the PATH as the real ones are. */
const JAVA = '#!/bin/sh\necho \'openjdk version "17.0.1"\' >&2\n';
const maven = (body: string): string => `#!/bin/sh
for arg; do
  [ "$arg" = --version ] && { echo 'Apache Maven 3.9.1'; exit 0; }
  case "$arg" in -DoutputDirectory=*) out="\${arg#*=}";; esac
done
${body}
`;

describe('fetchEngine', () => {
  const dir = useTempDir();
  const cacheDir = (): string => join(dir(), 'cache');
  const options = (): FetchOptions => ({
    cacheDir: cacheDir(),
    definitionDir: dir(),
    env: { PATH: `${join(dir(), 'bin')}:/usr/bin:/bin` },
  });

  const installMaven = async (body: string): Promise<void> => {
    const bin = join(dir(), 'bin');
    await mkdir(bin);
    for (const [name, text] of Object.entries({ java: JAVA, mvn: maven(body) })) {
      await writeFile(join(bin, name), text);
      await chmod(join(bin, name), 0o755);
    }
  };

  beforeEach(async () => {
    await writeFile(join(dir(), 'pom.xml'), POM);
  });

  it('names the folder by version and content, so that a changed pom.xml is fetched anew', () => {
    expect(cacheName('kafka', POM)).toMatch(/^kafka-4\.1\.0-[0-9a-f]{8}$/);
    expect(cacheName('kafka', `${POM} `)).not.toBe(cacheName('kafka', POM));
  });

  it('fetches once, telling the progress, and needs no Maven afterwards', async () => {
    await installMaven('echo "[INFO] Downloaded from central: https://a/b/one.jar (1 kB)"; touch "$out/one.jar"');
    const messages: string[] = [];
    const fetched = await fetchEngine('kafka', { ...options(), onProgress: ({ message }) => messages.push(message) });
    expect(await readdir(fetched)).toEqual(['one.jar']);
    expect(messages).toEqual(['Fetching kafka with Maven', 'kafka: 1 files, one.jar']);

    expect(await fetchEngine('kafka', { ...options(), env: NO_PROGRAMS })).toBe(fetched);
  });

  it('leaves nothing of a failed fetch and shows what Maven said', async () => {
    await installMaven('touch "$out/half.jar"; echo "[ERROR] no such artifact"; exit 1');
    const failed = fetchEngine('kafka', options());
    await expect(failed).rejects.toMatchObject({ code: 'FETCH_FAILED', retriable: true });
    await expect(failed).rejects.toThrow('[ERROR] no such artifact');
    expect(await readdir(cacheDir())).toEqual([]);
  });

  it('lets two processes fetch at once', async () => {
    await installMaven('sleep 0.2; touch "$out/one.jar"');
    const [first, second] = await Promise.all([fetchEngine('pinot', options()), fetchEngine('pinot', options())]);
    expect(first).toBe(second);
    expect(await readdir(cacheDir())).toHaveLength(1);
  });

  it('ends when aborted, with nothing left, once Maven has ended, which writes on for a moment', async () => {
    const download = 'echo "[INFO] Downloaded from central: https://a/b/one.jar (1 kB)"';
    const lateEnd = `kill $!; sleep 0.2; mkdir -p "$out"; touch "$out/late.jar" "${join(dir(), 'ended')}"; exit 1`;
    await installMaven(`trap '${lateEnd}' TERM; ${download}; sleep 30 > /dev/null & wait`);
    const abort = new AbortController();
    const onProgress = ({ downloadedFiles }: FetchProgress): void => {
      if (downloadedFiles > 0) abort.abort();
    };
    await expect(fetchEngine('kafka', { ...options(), signal: abort.signal, onProgress })).rejects.toMatchObject({
      code: 'START_ABORTED',
    });
    expect(await readdir(dir())).toContain('ended');
    expect(await readdir(cacheDir())).toEqual([]);
  });

  it('names the missing program with its fix', async () => {
    await expect(fetchEngine('kafka', { ...options(), env: NO_PROGRAMS })).rejects.toMatchObject({
      code: 'JAVA_MISSING',
    });
  });
});
