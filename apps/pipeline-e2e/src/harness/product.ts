import { freePort, isProcessAlive } from '@orderpulse/local-engines';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { memoryOf } from './memory';
import { workspaceRoot } from './workspace';

export type Profile = 'embedded' | 'engines';

const ROOT = workspaceRoot();
const PORT_SETTINGS = [
  'PAGE_PORT',
  'GATEWAY_PORT',
  'ORDER_API_PORT',
  'WINDOW_AGGREGATOR_PORT',
  'SCHEDULER_PORT',
  'ORDER_PRODUCER_PORT',
  'POSTGRES_PORT',
  'KAFKA_PORT',
  'PINOT_CONTROLLER_PORT',
  'PINOT_BROKER_PORT',
  'ZOOKEEPER_PORT',
] as const;
type PortSetting = (typeof PORT_SETTINGS)[number];

/** Where a running product is reached. */
export interface ProductUrls {
  page: string;
  gateway: string;
  orderApi: string;
  aggregator: string;
  scheduler: string;
  producer: string;
  database: string;
  brokers: string;
  pinotController: string;
  pinotBroker: string;
}

/** The whole product as a user starts it, on free ports and a data folder of its own. */
export class Product {
  private child: ChildProcess | null = null;
  private printed = '';
  private exit: Promise<number | null> = Promise.resolve(null);

  private constructor(
    readonly profile: Profile,
    readonly dataDir: string,
    private readonly ports: Readonly<Record<PortSetting, number>>,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Chooses ports; nothing runs yet. @param env settings of the services, such as SHOP_ENABLED */
  static async create(profile: Profile, dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Product> {
    const ports = {} as Record<PortSetting, number>;
    for (const setting of PORT_SETTINGS) ports[setting] = await freePort();
    return new Product(profile, dataDir, ports, env);
  }

  get urls(): ProductUrls {
    const http = (setting: PortSetting): string => `http://127.0.0.1:${this.ports[setting]}`;
    return {
      page: http('PAGE_PORT'),
      gateway: http('GATEWAY_PORT'),
      orderApi: http('ORDER_API_PORT'),
      aggregator: http('WINDOW_AGGREGATOR_PORT'),
      scheduler: http('SCHEDULER_PORT'),
      producer: http('ORDER_PRODUCER_PORT'),
      database: `postgres://orderpulse:orderpulse@127.0.0.1:${this.ports.POSTGRES_PORT}/orderpulse`,
      brokers: `127.0.0.1:${this.ports.KAFKA_PORT}`,
      pinotController: http('PINOT_CONTROLLER_PORT'),
      pinotBroker: http('PINOT_BROKER_PORT'),
    };
  }

  /** Everything the launcher has printed. */
  get output(): string {
    return this.printed;
  }

  /** The launcher's process id. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts as `npm start` does and resolves when the launcher says that the figures are live; to the ms it took. */
  async start(timeoutMs = 180_000): Promise<number> {
    const begun = performance.now();
    this.printed = '';
    const ports = Object.fromEntries(Object.entries(this.ports).map(([key, port]) => [key, String(port)]));
    const child = spawn(process.execPath, [join(ROOT, 'dist/apps/launcher/main.js'), '--profile', this.profile], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', ...ports, ...this.env, DATA_DIR: this.dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.printed += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (this.printed += chunk.toString('utf8')));
    this.exit = new Promise((done) => child.once('exit', (code) => done(code)));
    while (!this.printed.includes('Figures are live')) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the launcher ended:\n${this.printed}`);
      if (performance.now() - begun > timeoutMs) throw new Error(`not live within ${timeoutMs} ms:\n${this.printed}`);
      await delay(100);
    }
    return performance.now() - begun;
  }

  /** Sends the signal of Ctrl-C; resolves to the exit code and the ms it took until every process was gone. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<{ code: number | null; tookMs: number; left: number[] }> {
    const child = this.child;
    if (child === null) return { code: 0, tookMs: 0, left: [] };
    const pids = await descendants(child.pid ?? 0);
    const begun = performance.now();
    child.kill(signal);
    const code = await this.exit;
    this.child = null;
    return { code, tookMs: performance.now() - begun, left: pids.filter(isProcessAlive) };
  }

  /** What a closed terminal does: nobody reads the launcher's lines any more. */
  closeOutput(): void {
    this.child?.stdout?.destroy();
    this.child?.stderr?.destroy();
  }

  /** kill -9 of one service's process; the launcher starts it again. */
  async kill(service: string): Promise<number> {
    const pid = await this.pidOf(service);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** The process id of a service that runs now. @throws when there is none */
  async pidOf(service: string): Promise<number> {
    for (const pid of await descendants(this.pid)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // A service renames its process once it runs.
      if (command.startsWith(`orderpulse ${service}`) || command.includes(`dist/apps/${service}/`)) return pid;
    }
    throw new Error(`${service} does not run`);
  }

  /** Stops the SQL engine's processes in their tracks, as a hanging machine would; the returned function lets them go on. */
  async freezeSqlEngine(): Promise<() => void> {
    const names = this.profile === 'embedded' ? ['postgres'] : ['pinot'];
    const processes = await memoryOf(await this.pids());
    const frozen = processes.filter(({ name }) => names.includes(name)).map(({ pid }) => pid);
    if (frozen.length === 0) throw new Error(`${names.join()} does not run`);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of frozen.filter(isProcessAlive)) process.kill(pid, 'SIGCONT');
    };
  }

  /** Process ids of the product's own processes and the engines', launcher included. */
  async pids(): Promise<number[]> {
    return [this.pid, ...(await descendants(this.pid))];
  }
}

/** All processes below `pid`, from /proc. */
async function descendants(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const direct = children.split(' ').filter(Boolean).map(Number);
  const below = await Promise.all(direct.map(descendants));
  return [...direct, ...below.flat()];
}
