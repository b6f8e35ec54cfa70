import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineFolder } from '../jvm/workspace';
import { useTempDir } from '../testing/temp-dir';
import { healthPort, ROLES, roleValues, writeConfig, zookeeperValues } from './config';
import { ADD_OPENS, findPinot } from './installation';
import { serviceManagerArgs } from './pinot';

const PORTS = { zookeeper: 1, controller: 2, broker: 3, serverNetty: 4, serverAdmin: 5, minion: 6 };

describe('Pinot configuration', () => {
  const dir = useTempDir();

  it('is the template followed by what differs between runs', async () => {
    for (const role of ROLES) {
      const file = await writeConfig(engineFolder('pinot'), dir(), `${role}.conf`, roleValues(role, '/data', PORTS));
      const text = await readFile(file, 'utf8');
      expect(text).toContain(`pinot.service.role=${role.toUpperCase()}\n`);
      expect(text).toMatch(/http\.host=127\.0\.0\.1\n/);
      expect(text).toContain(`http.port=${healthPort(role, PORTS)}\n`);
    }
  });

  it('binds ZooKeeper to loopback', () => {
    expect(zookeeperValues('/data', PORTS)).toEqual({
      dataDir: '/data/zookeeper',
      clientPort: 1,
      clientPortAddress: '127.0.0.1',
    });
  });

  it('starts all roles in one process without the port of its manager', () => {
    expect(serviceManagerArgs(2181, ['a.conf', 'b.conf'])).toEqual(
      'StartServiceManager -zkAddress 127.0.0.1:2181 -clusterName orderpulse -port -1 -bootstrapConfigPaths a.conf b.conf'.split(
        ' ',
      ),
    );
  });

  it('takes an unpacked release with its plug-ins, and says so when a folder is none', async () => {
    await expect(findPinot(dir())).rejects.toMatchObject({ code: 'BINARIES_MISSING' });
    await mkdir(join(dir(), 'lib'));
    expect(await findPinot(dir())).toEqual({ classpathDir: join(dir(), 'lib'), jvmArgs: ADD_OPENS });
    await mkdir(join(dir(), 'plugins'));
    expect((await findPinot(dir())).jvmArgs).toContain(`-Dplugins.dir=${join(dir(), 'plugins')}`);
  });

  it('fails when a template is missing', async () => {
    await writeFile(join(dir(), 'pom.xml'), '');
    await expect(writeConfig(dir(), dir(), 'server.conf', {})).rejects.toThrow('ENOENT');
  });
});
