import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DOCKER } from './compose-model';

describe('the copy of patched packages into an image', () => {
  let root: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const install = (folder: string, name: string, version: string, code: string): void => {
    write(`${folder}/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    write(`${folder}/node_modules/${name}/index.js`, code);
  };
  const run = (): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [join(DOCKER, 'copy-patched.mjs'), join(root, 'workspace'), join(root, 'service')], { encoding: 'utf8' });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'copy-patched-'));
    write('workspace/patches/plain+1.2.3.patch', '');
    write('workspace/patches/@scope+named+2.0.0.patch', '');
    install('workspace', 'plain', '1.2.3', 'patched');
    install('workspace', '@scope/named', '2.0.0', 'patched');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('replaces what the service has, with and without a scope', () => {
    install('service', 'plain', '1.2.3', 'published');
    install('service', '@scope/named', '2.0.0', 'published');
    expect(run().status).toBe(0);
    for (const name of ['plain', '@scope/named'])
      expect(readFileSync(join(root, `service/node_modules/${name}/index.js`), 'utf8')).toBe('patched');
  });

  it('adds no package that the service does not have', () => {
    install('service', 'plain', '1.2.3', 'published');
    expect(run().status).toBe(0);
    expect(existsSync(join(root, 'service/node_modules/@scope'))).toBe(false);
  });

  it('refuses a package of another version than the patch is for', () => {
    install('service', 'plain', '1.3.0', 'published');
    const { status, stderr } = run();
    expect(status).not.toBe(0);
    expect(stderr).toContain('plain is 1.3.0');
  });
});
