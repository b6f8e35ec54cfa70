import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { freePort, LOOPBACK } from '../ports';
import { parseVersion, pinotVersion, probeHealth, probeZookeeper } from './probes';

describe('Pinot probes', () => {
  const servers: Server[] = [];
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return (server.address() as AddressInfo).port;
  };
  const http = (listener: RequestListener): Promise<number> => listen(createHttpServer(listener));

  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  it('takes ZooKeeper for ready only when it says so', async () => {
    const answering = (answer: string): Promise<number> =>
      listen(
        createServer((socket) =>
          socket.once('data', (request) => socket.end(request.toString() === 'ruok' ? answer : '')),
        ),
      );
    await probeZookeeper(await answering('imok'));
    await expect(probeZookeeper(await answering('not yet'))).rejects.toThrow('"not yet"');
    await expect(probeZookeeper(await freePort())).rejects.toThrow('ECONNREFUSED');
  });

  it('tells which role is not well and what it answers', async () => {
    await probeHealth('broker', await http((_request, response) => response.end('OK')));
    const sick = await http((_request, response) => response.writeHead(503).end('not loaded'));
    await expect(probeHealth('server', sick)).rejects.toThrow('the server answers 503: not loaded');
    await expect(probeHealth('broker', await freePort())).rejects.toThrow('the broker does not answer yet');
  });

  it('reads the release from the list of components', async () => {
    const port = await http((_request, response) =>
      response.end('{"pinot-json":"0.1","pinot-controller":"1.5.1-abc"}'),
    );
    expect(await pinotVersion(`http://${LOOPBACK}:${port}`)).toBe('1.5.1');
    expect(parseVersion({ 'pinot-tools': '0.11.0-1b4d6b6' })).toBe('0.11.0');
    expect(() => parseVersion({})).toThrow('not understood');
  });
});
