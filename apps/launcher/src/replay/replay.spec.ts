import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What `npm run replay` runs: plain JavaScript, tested as the process that it is. */
const REPLAY = resolve(__dirname, '../../../../tools/replay.mjs');

interface Ended {
  code: number | null;
  output: string;
}

/** An order API that has a shop and one task. */
class FakeOrderApi {
  paused = false;
  /** Whether the task has ended; while it has not, the shop is kept paused. */
  taskEnded = true;
  /** Set to refuse the file. */
  problem: { code: string; detail: string } | undefined;
  readonly changes: boolean[] = [];
  readonly asked: string[] = [];
  private hasTask = false;
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<number> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    this.asked.push(`${request.method} ${request.url}`);
    const [status, body] = this.route(`${request.method} ${request.url?.split('?')[0]}`, text);
    response.writeHead(status, { 'content-type': 'application/json', location: '/tasks/1' }).end(JSON.stringify(body));
  }

  private route(call: string, text: string): [status: number, body: object] {
    if (call === 'POST /tasks/replay-orders') {
      if (this.problem) return [400, this.problem];
      this.hasTask = true;
      return [202, {}];
    }
    if (call === 'GET /tasks/1') return [200, this.task()];
    if (call === 'PATCH /shop') {
      const { paused } = JSON.parse(text) as { paused: boolean };
      if (!paused && this.hasTask && !this.taskEnded) return [409, { code: 'SHOP_KEPT_PAUSED', detail: 'a replay is running' }];
      this.paused = paused;
      this.changes.push(paused);
    }
    return [200, { state: this.paused ? 'paused' : 'running' }];
  }

  private task(): object {
    const state = this.taskEnded ? 'succeeded' : 'running';
    return { state, done: 1, total: 2, totalRevenue: 12.5, rowErrors: [], rowErrorCount: 0, error: null };
  }
}

jest.setTimeout(30_000);

describe('npm run replay', () => {
  let api: FakeOrderApi;
  let port: number;
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'));
    file = join(folder, 'orders.csv');
    await writeFile(file, 'customer_id,date,quantity,amount\n1,2026-01-31,1,12.50\n');
    api = new FakeOrderApi();
    port = await api.start();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the command; `whenFollowing` is called once it follows the task. */
  function run(args: string[], whenFollowing: (child: ChildProcess) => void = () => undefined): Promise<Ended> {
    const child = spawn(process.execPath, [REPLAY, ...args], { env: { ...process.env, ORDER_API_PORT: String(port) } });
    children.push(child);
    let output = '';
    let following = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (following || !output.includes('1 of 2')) return;
        following = true;
        whenFollowing(child);
      });
    return new Promise((done) => child.once('close', (code) => done({ code, output })));
  }

  it('finds the order API by ORDER_API_PORT, pauses the shop meanwhile and lets it run again', async () => {
    const { code, output } = await run([file]);
    expect([code, api.changes]).toEqual([0, [true, false]]);
    expect(output).toContain('succeeded: 1 orders, 12.5 USD\nThe shop runs again.');
  });

  it('leaves a shop paused that was paused before', async () => {
    api.paused = true;
    expect([(await run([file])).code, api.changes]).toEqual([0, []]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('lets the shop run again after %s, once the replay under way has ended', async (signal, exitCode) => {
    api.taskEnded = false;
    const { code, output } = await run([file], (child) => {
      child.kill(signal);
      setTimeout(() => (api.taskEnded = true), 700);
    });
    expect([code, api.changes]).toEqual([exitCode, [true, false]]);
    expect(output).toMatch(/Interrupted\.\nThe order API finishes [^]*The shop runs again\.\n$/);
  });

  it('leaves at a second Ctrl-C and says how to let the shop run again', async () => {
    api.taskEnded = false;
    const { code, output } = await run([file], (child) => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 1_000);
    });
    expect(code).toBe(130);
    expect(output).toContain(`curl -X PATCH -H 'content-type: application/json' -d '{"paused":false}' http://127.0.0.1:${port}/shop`);
  });

  it('says where it looked for the order API, and what to do', async () => {
    await api.stop();
    const { code, output } = await run([file]);
    expect(code).toBe(1);
    expect(output).toBe(
      `The order API does not answer at http://127.0.0.1:${port}. Start the product (npm start), or say where it is with ORDER_API_PORT or --api URL.\n`,
    );
    api = new FakeOrderApi();
    await api.start();
  });

  it('says that a file is not there before it pauses anything', async () => {
    const { code, output } = await run([join(folder, 'none.csv')]);
    expect([code, output, api.asked]).toEqual([1, `${join(folder, 'none.csv')}: there is no such file.\n`, []]);
  });

  it('asks about the format of a file that cannot be read', async () => {
    api.problem = { code: 'BAD_CSV_HEADER', detail: 'The header line is wrong.' };
    const { code, output } = await run([file]);
    expect([code, api.changes]).toEqual([1, [true, false]]);
    expect(output).toContain('The header line is wrong.\nIt was read with --format csv; is it a file for --format cdnow?');
  });

  it('prints how to use it when asked, and with what is wrong when it is used wrongly', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringMatching(/^npm run replay -- FILE/) });
    expect(await run([])).toMatchObject({ code: 2, output: expect.stringMatching(/^FILE is missing\.\n\nnpm run replay/) });
    expect(await run([file, '--format', 'xml'])).toMatchObject({ code: 2, output: expect.stringMatching(/^--format xml: must be/) });
    expect(api.asked).toEqual([]);
  });
});
