import { chromiumPath } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherSettings } from '../settings/launcher-settings';
import { runDoctor } from './doctor';

describe('npm run doctor', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('says of Java, Maven and Chromium what each is for, and of what is missing how to get it', async () => {
    const texts: string[] = [];
    const code = await runDoctor(launcherSettings.parse({}), root, { line: () => undefined, text: (text) => texts.push(text) });
    const [start, engines, tests] = texts;
    expect(start).toMatch(/^For npm start\n[^]*✗ build of order-api +missing\. Run: /);
    expect(engines).toMatch(/^Also for npm run start:engines\n[^]*[✓✗] Java 17 [^]*[✓✗] Maven /);
    const chromium = chromiumPath();
    const found = chromium === null ? '✗ Chromium  missing, so that they are skipped. To run them, install it' : `✓ Chromium  ${chromium}`;
    expect(tests).toMatch(/^Also for the tests of the page in npm test\n/);
    expect(tests).toContain(found);
    // Nothing is built in that folder.
    expect(code).toBe(1);
  });
});
