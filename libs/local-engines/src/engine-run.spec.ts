import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineRun } from './engine-run';
import { isProcessAlive, type StopStep } from './process';
import { useTempDir } from './testing/temp-dir';

const STEPS: StopStep[] = [{ signal: 'SIGTERM', waitMs: 5_000 }];
const HEEDS_AT_ONCE = 'echo up; exec sleep 30';
const TAKES_ITS_TIME = `trap 'kill $!; sleep 0.4; exit' TERM; echo up; sleep 30 & wait`;

describe('EngineRun', () => {
  const dir = useTempDir();
  const logOf = (program: number): string => join(dir(), `${program}.log`);
  const areUp = async (count: number): Promise<boolean> => {
    const logs = Array.from({ length: count }, (_, program) => readFile(logOf(program), 'utf8').catch(() => ''));
    return (await Promise.all(logs)).every((log) => log.includes('up'));
  };

  it('leaves no process and no record when it is given up while several programs run, though one takes its time to end', async () => {
    const abort = new AbortController();
    const programs = [HEEDS_AT_ONCE, TAKES_ITS_TIME];
    let pids: number[] = [];
    const given = EngineRun.begin('kafka', { dataDir: dir(), signal: abort.signal }, STEPS, async (run) => {
      const ends = programs.map((script, index) =>
        run.complete('A program', { command: 'sh', args: ['-c', script], logFile: logOf(index) }),
      );
      while (!(await areUp(programs.length))) await new Promise((resolve) => setTimeout(resolve, 10));
      ({ pids } = run);
      abort.abort();
      await Promise.all(ends);
    });
    await expect(given).rejects.toMatchObject({ code: 'START_ABORTED' });
    expect(pids.filter(isProcessAlive)).toEqual([]);
    expect((await readdir(dir())).sort()).toEqual(['0.log', '1.log']);
  });

  it('leaves no process when it is given up while one is on its way', async () => {
    const lived = new Set<number>();
    let late: Promise<void> = Promise.resolve();
    let isLateOver = false;
    let pidsNow: () => number[] = () => [];
    const given = EngineRun.begin('kafka', { dataDir: dir() }, STEPS, async (run) => {
      pidsNow = () => run.pids.filter(isProcessAlive);
      late = run
        .complete('A program', { command: 'sh', args: ['-c', 'sleep 0.3'], logFile: logOf(0) })
        .catch(() => undefined)
        .finally(() => (isLateOver = true));
      throw new Error('another program has failed');
    });
    await expect(given).rejects.toThrow('another program has failed');
    while (!isLateOver) {
      for (const pid of pidsNow()) lived.add(pid);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await late;
    expect([...lived]).toEqual([]);
  });
});
