import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('scanner-module.ts', () => {
  it('is what libs/contracts/assembly compiles to; `npm run scanner` makes it so', () => {
    const compile = join(__dirname, '../../../assembly/compile.mjs');
    const compiled = execFileSync(process.execPath, [compile, '--print'], { encoding: 'utf8', timeout: 60_000 });
    expect(readFileSync(join(__dirname, 'scanner-module.ts'), 'utf8')).toBe(compiled);
  }, 60_000);
});
