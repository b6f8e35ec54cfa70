import { MeasuredProcess } from './measured-process';

const program = (script: string, signal?: AbortSignal) =>
  new MeasuredProcess({
    name: 'a program',
    command: process.execPath,
    args: ['-e', script],
    cwd: process.cwd(),
    signal,
  });

describe('a measured process', () => {
  it('gives its progress and the lines that are waited for, also those printed in one go or before', async () => {
    const measured = program(`
      console.log('not for us');
      console.log('{"event":"progress","timeMs":1,"records":0}\\n{"event":"progress","timeMs":2,"records":10}\\n{"event":"dumped","records":5}');
      setTimeout(() => console.log('{"event":"dumped","records":6}'), 50);
    `);
    expect(await measured.line(({ event }) => event === 'dumped')).toEqual({ event: 'dumped', records: 5 });
    expect(await measured.line(({ records }) => records === 6)).toEqual({ event: 'dumped', records: 6 });
    await measured.finished;
    expect(await measured.line(({ records }) => records === 5)).toEqual({ event: 'dumped', records: 5 });
    expect(measured.samples).toEqual([
      { timeMs: 1, records: 0 },
      { timeMs: 2, records: 10 },
    ]);
  });

  it('rejects with what the program printed when it fails, and when it ends without the line', async () => {
    const failed = program('console.error("out of luck"); process.exitCode = 3');
    await expect(failed.line(() => true)).rejects.toThrow('a program ended with code 3:\nout of luck');
    await expect(failed.finished).rejects.toThrow('code 3');
    await expect(program('').line(() => true)).rejects.toThrow('a program ended without saying');
  });

  it('ends with its signal, and does not begin after it', async () => {
    const abort = new AbortController();
    const endless = program('setInterval(() => undefined, 1000)', abort.signal);
    setTimeout(() => abort.abort(), 100);
    await expect(endless.finished).rejects.toThrow('SIGTERM');
    expect(() => program('', abort.signal)).toThrow('abort');
  });

  it('is gone once it was stopped, even if it does not listen', async () => {
    const deaf = program(
      'process.on("SIGTERM", () => console.log(`{"event":"progress"}`)); setInterval(() => undefined, 1000); console.log(`{"event":"dumped"}`)',
    );
    await deaf.line(({ event }) => event === 'dumped');
    await deaf.stop(200);
    await expect(deaf.finished).rejects.toThrow('SIGKILL');
    await deaf.stop();
  });
});
