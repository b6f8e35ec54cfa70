import { isProcessAlive, waitForExit } from '@orderpulse/local-engines';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What runs before the launcher, and before anything is installed: plain JavaScript, tested as the process that it is. */
const SETUP = pathToFileURL(resolve(__dirname, '../../../../tools/setup/setup.mjs')).href;

/** A program that says something, starts a child, and goes on until it is stopped. */
const LONG_WORK = `
  const { spawn } = require('node:child_process');
  const { writeFileSync } = require('node:fs');
  console.log('what npm has to say');
  const child = spawn('sh', ['-c', process.env.CHILD ?? 'exec sleep 60'], { stdio: 'inherit' });
  writeFileSync('pid', String(child.pid));
`;

interface Ended {
  code: number | null;
  output: string;
}

jest.setTimeout(30_000);

describe('what is set up before the launcher', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'setup-'));
    await write('package.json', '{}');
    await write('package-lock.json', '{}');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  async function writeNpm(script: string): Promise<void> {
    await write('bin/npm', `#!${process.execPath}\n${script}`);
    await chmod(join(root, 'bin/npm'), 0o755);
  }

  /** Runs the set-up of the workspace `root`; `whenBusy` is called with its process once the work's own child runs. */
  async function setUp(whenBusy: (pid: number) => void = () => undefined, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const script = `const { setUp } = await import(${JSON.stringify(SETUP)}); await setUp(process.cwd());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: { ...process.env, ...env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, output })));
    let running = true;
    void ended.then(() => (running = false));
    while (running && !existsSync(join(root, 'pid'))) await new Promise((done) => setTimeout(done, 20));
    if (running && child.pid !== undefined) whenBusy(child.pid);
    return ended;
  }

  const childOfWork = async (): Promise<number> => Number(await readFile(join(root, 'pid'), 'utf8'));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops quietly on %s, with everything that npm has started', async (signal, code) => {
    await writeNpm(LONG_WORK);
    const ended = await setUp((pid) => process.kill(pid, signal));
    expect(ended).toEqual({ code, output: 'Installing dependencies (once) …\nStopped.\n' });
    expect(isProcessAlive(await childOfWork())).toBe(false);
  });

  it('stops a build as quietly', async () => {
    await writeNpm('');
    await mkdir(join(root, 'node_modules'));
    await write('node_modules/nx/dist/bin/nx.js', LONG_WORK);
    const ended = await setUp((pid) => process.kill(pid, 'SIGINT'));
    expect(ended.code).toBe(130);
    expect(ended.output.split('\n').slice(-3)).toEqual(['Building the services and the page …', 'Stopped.', '']);
    expect(isProcessAlive(await childOfWork())).toBe(false);
  });

  it('kills what does not listen to the signal', async () => {
    await writeNpm(LONG_WORK);
    const ended = await setUp((pid) => process.kill(pid, 'SIGINT'), { CHILD: 'trap "" INT; sleep 60' });
    expect(ended.code).toBe(130);
    expect(await waitForExit(await childOfWork(), 1_000)).toBe(true);
  });

  it.each(['start', 'start:engines', 'load', 'faults', 'bench', 'peers:exact', 'replay'])(
    'is reached by a signal to `npm run %s`: no shell stands between them that would keep it',
    async (name) => {
      const { scripts } = JSON.parse(await readFile(resolve(__dirname, '../../../../package.json'), 'utf8')) as {
        scripts: Record<string, string>;
      };
      expect(scripts[name]).toMatch(/^exec node /);
    },
  );

  it('installs once, and a patched package anew when its patch has changed', async () => {
    await writeNpm(`
      const { appendFileSync, existsSync, mkdirSync } = require('node:fs');
      appendFileSync('installs', 'with ' + (existsSync('node_modules/@of/some') ? 'an old' : 'no') + ' package; ');
      mkdirSync('node_modules/@of/some', { recursive: true });
    `);
    await write('node_modules/nx/dist/bin/nx.js', `require('node:fs').mkdirSync('dist', { recursive: true });`);
    await write('patches/@of+some+1.0.0.patch', 'a change');
    expect(await setUp()).toMatchObject({ code: 0 });
    expect(await setUp()).toEqual({ code: 0, output: '' });
    expect(await readFile(join(root, 'installs'), 'utf8')).toBe('with no package; ');
    await write('patches/@of+some+1.0.0.patch', 'another change');
    expect(await setUp()).toMatchObject({ code: 0 });
    expect(await readFile(join(root, 'installs'), 'utf8')).toBe('with no package; with no package; ');
  });

  it('says why a step failed, and takes nothing as installed that was stopped half-way', async () => {
    await writeNpm(`console.error('no such package'); process.exit(7);`);
    await write('node_modules/.installed-lock', 'of another lock file');
    const ended = await setUp();
    expect(ended.code).toBe(1);
    expect(ended.output).toContain('Installing dependencies (once) failed (exit code 7):\nno such package\n');
    expect(existsSync(join(root, 'node_modules/.installed-lock'))).toBe(false);
  });
});
