import { freePort } from '@orderpulse/local-engines';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LauncherSettings, launcherSettings } from '../settings/launcher-settings';
import { runReset } from './reset';

describe('npm run reset', () => {
  let root: string;
  let settings: LauncherSettings;
  let texts: string[];
  const reset = () => runReset(settings, root, { line: () => undefined, text: (text) => texts.push(text) });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'reset-'));
    texts = [];
    // Ports of its own: the product may be running on the usual ones.
    const names = Object.keys(launcherSettings.shape).filter((name) => name.endsWith('_PORT'));
    const ports = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
    settings = launcherSettings.parse(Object.fromEntries(ports));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('says what it removed and where', async () => {
    for (const folder of ['postgres', 'window-stores', 'logs']) await mkdir(join(root, '.data/embedded', folder), { recursive: true });
    await mkdir(join(root, '.data/other'));
    await writeFile(join(root, '.data/embedded/logs/order-api.log'), 'x');
    expect(await reset()).toBe(0);
    expect(texts).toEqual([`Removed ${root}/.data/embedded: logs, postgres, window-stores`]);
    expect(existsSync(join(root, '.data/embedded'))).toBe(false);
    expect(existsSync(join(root, '.data/other'))).toBe(true);
  });

  it('says that there was nothing', async () => {
    expect(await reset()).toBe(0);
    expect(texts).toEqual([`There was nothing to remove: neither profile has kept anything in ${root}/.data.`]);
  });

  it('removes nothing while something listens on a port of the product, and says which', async () => {
    await mkdir(join(root, '.data/embedded/postgres'), { recursive: true });
    const server = createServer();
    await new Promise<void>((done) => server.listen(settings.SCHEDULER_PORT, '127.0.0.1', done));
    expect(await reset()).toBe(1);
    await new Promise((done) => server.close(done));
    expect(texts[0]).toContain(`Nothing was removed: port ${settings.SCHEDULER_PORT} for scheduler in use`);
    expect(existsSync(join(root, '.data/embedded/postgres'))).toBe(true);
  });
});
