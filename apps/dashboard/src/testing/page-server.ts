import { freePort } from '@orderpulse/local-engines';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The production build's server, put together by `nx build dashboard`. */
export const SERVER_FILE = path.join(__dirname, '../../../../dist/apps/dashboard/server.js');

const START_LIMIT_MS = 20_000;

/** The page's production server as a child process on a free port. */
export class PageServer {
  private constructor(
    readonly url: string,
    readonly pid: number,
    private readonly child: ChildProcess,
  ) {}

  /** @throws Error when there is no build or it is not ready in time */
  static async start(gatewayUrl: string): Promise<PageServer> {
    if (!existsSync(SERVER_FILE)) throw new Error('The page is not built: run "nx build dashboard" first');
    const port = await freePort();
    const child = spawn(process.execPath, [SERVER_FILE], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        HOSTNAME: '127.0.0.1',
        PORT: String(port),
        GATEWAY_URL: gatewayUrl,
      },
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port}`;
    const limitMs = performance.now() + START_LIMIT_MS;
    while (!(await answers(`${url}/health/ready`))) {
      if (child.exitCode !== null) throw new Error(`The page's server ended with ${child.exitCode}`);
      if (performance.now() > limitMs) throw new Error(`The page's server is not ready after ${START_LIMIT_MS} ms`);
      await sleep(100);
    }
    return new PageServer(url, child.pid ?? 0, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    await ended;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
