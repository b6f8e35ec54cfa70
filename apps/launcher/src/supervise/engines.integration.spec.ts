import { describeWithEngine, freePort, ownerOf } from '@orderpulse/local-engines';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engines } from './engines';

jest.setTimeout(120_000);

const silent = { line: () => undefined, text: () => undefined };

describeWithEngine(['postgres'], 'the engines of a start', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orderpulse-launcher-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  /** The process id that PostgreSQL writes to a file at its start, and removes as its last act; 0 before and after. */
  async function postmaster(): Promise<number> {
    const file = join(dataDir, 'pgdata', 'postmaster.pid');
    return existsSync(file) ? Number((await readFile(file, 'utf8')).split('\n')[0]) : 0;
  }

  it('are gone after a stop that comes while they start', async () => {
    const plan = { postgres: { dataDir, port: await freePort() }, kafka: null, pinot: null };
    const engines = new Engines(plan, undefined, silent);
    const start = engines.start();
    start.catch(() => undefined);
    let pid = 0;
    while (pid === 0) {
      await delay(1);
      pid = await postmaster();
    }
    await engines.stop();
    expect(await postmaster()).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('are written down as ours while they run, so that a second start can say who runs', async () => {
    const engines = new Engines(
      { postgres: { dataDir, port: await freePort() }, kafka: null, pinot: null },
      undefined,
      silent,
    );
    await engines.start();
    expect(await ownerOf(dataDir)).toBe(process.pid);
    await engines.stop();
    expect(await ownerOf(dataDir)).toBeUndefined();
  });
});
