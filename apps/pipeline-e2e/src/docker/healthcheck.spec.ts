import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DOCKER } from './compose-model';

/** Runs the check of the images against a port. */
function check(port: number): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(DOCKER, 'healthcheck.mjs')], { env: { PORT: String(port) } }, (error, _stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stderr }),
    );
  });
}

describe('the health check of the images', () => {
  let server: Server;
  let port: number;
  let status: number;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end('{"status":"the reason"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('passes when the service says it is ready', async () => {
    status = 200;
    expect(await check(port)).toEqual({ code: 0, stderr: '' });
    expect(asked.at(-1)).toBe('/health/ready');
  });

  it('fails with the reason when it says it is not', async () => {
    status = 503;
    expect(await check(port)).toEqual({ code: 1, stderr: 'not ready: 503: {"status":"the reason"}\n' });
  });

  it('fails when nobody listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const free = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    expect(await check(free)).toMatchObject({ code: 1, stderr: expect.stringContaining('not ready') });
  });
});
