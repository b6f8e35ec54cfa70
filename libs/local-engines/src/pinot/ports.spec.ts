import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, LOOPBACK } from '../ports';
import { useTempDir } from '../testing/temp-dir';
import { claimPinotPorts } from './ports';

const ANY = { zookeeper: 0, controller: 0, broker: 0, serverNetty: 0, serverAdmin: 0, minion: 0 };

describe('claimPinotPorts', () => {
  const dir = useTempDir();

  it('gives every role its own port and the same ones at the next start', async () => {
    const ports = await claimPinotPorts(dir(), ANY);
    expect(new Set(Object.values(ports)).size).toBe(6);
    expect(await claimPinotPorts(dir(), ANY)).toEqual(ports);
  });

  it('takes another port when that of the last run is in use, but insists on a given one', async () => {
    const { broker } = await claimPinotPorts(dir(), ANY);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(broker, LOOPBACK, resolve));
    await expect(claimPinotPorts(dir(), { ...ANY, broker })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      port: broker,
    });
    expect((await claimPinotPorts(dir(), ANY)).broker).not.toBe(broker);
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses one port for two roles and forgets a damaged memory', async () => {
    const port = await freePort();
    await expect(claimPinotPorts(dir(), { ...ANY, controller: port, broker: port })).rejects.toThrow('given twice');
    await writeFile(join(dir(), 'ports.json'), '{');
    expect((await claimPinotPorts(dir(), ANY)).controller).toBeGreaterThan(0);
  });
});
