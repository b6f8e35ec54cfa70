import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { join, resolve } from 'node:path';
import { launcherSettings } from '../../../launcher/src/settings/launcher-settings';
import { serviceSettings } from '../../../launcher/src/settings/service-settings';
import { settingsTable } from './settings-table';

const README = join(resolve(__dirname, '../../../..'), 'README.md');
const BEGIN = '<!-- settings: begin (npm run docs) -->';
const END = '<!-- settings: end -->';

const services = Object.entries(serviceSettings).map(([program, schema]) => ({ program, schema }));

describe("the README's tables of settings", () => {
  it('are what the schemas say (npm run docs brings them up to date)', () => {
    const readme = readFileSync(README, 'utf8');
    const [before, rest = ''] = readme.split(BEGIN);
    const after = rest.split(END)[1];
    const tables = [
      'Settings of `npm start` and `npm run start:engines`:',
      settingsTable([{ program: 'launcher', schema: launcherSettings }]),
      'Settings of the services; the launcher passes on what it is given and sets the addresses by itself:',
      settingsTable(services),
    ];
    const wanted = `${before}${BEGIN}\n\n${tables.join('\n\n')}\n\n${END}${after}`;
    if (process.env['UPDATE_DOCS']) writeFileSync(README, wanted);
    expect(after).toBeDefined();
    expect(readFileSync(README, 'utf8')).toBe(wanted);
  });

  it('give every setting a meaning', () => {
    for (const { program, schema } of [...services, { program: 'launcher', schema: launcherSettings }])
      for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>))
        expect([program, name, field.description]).toEqual([program, name, expect.any(String)]);
  });
});
