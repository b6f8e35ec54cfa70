import type { AggregatorStatus } from '@orderpulse/contracts';
import { freePort } from '@orderpulse/local-engines';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
/* eslint-disable @nx/enforce-module-boundaries -- the process is the one that `npm start` runs, with its settings and limits */
import { planStack, type ServicePlan } from '../../../launcher/src/plan/plan';
import { launcherSettings } from '../../../launcher/src/settings/launcher-settings';
import { nodeArguments } from '../../../launcher/src/supervise/service-process';
/* eslint-enable @nx/enforce-module-boundaries */
import { workspaceRoot } from './workspace';

const POLL_MS = 25;
const REQUEST_MS = 2_000;
const STOP_LIMIT_MS = 10_000;
const TAIL_LINES = 12;

export interface AggregatorOptions {
  name: string;
  /** For its log; its data unless `dataDir` is given. */
  folder: string;
  brokers: string;
  /** Default: the product's own. */
  groupId?: string;
  /** When aborted, the process is killed and no other one started. */
  signal: AbortSignal;
  /** Default: `folder`/data. */
  dataDir?: string;
  /** Settings over those that the launcher gives. */
  env?: Readonly<Record<string, string>>;
  /** A module that the process loads before anything else, as a URL. */
  preload?: string;
}

/** An answer over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  /** JSON. */
  body: unknown;
}

/** How a process has ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One window aggregator that is started, stopped, frozen and killed at will; its port and its data stay the same. */
export class Aggregator {
  private child: ChildProcess | null = null;
  private exit: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  private startedAtMs = 0;
  private tail: string[] = [];

  private constructor(
    private readonly options: AggregatorOptions,
    private readonly plan: ServicePlan,
  ) {}

  /** Chooses a port; nothing runs yet. */
  static async create(options: AggregatorOptions): Promise<Aggregator> {
    const root = workspaceRoot();
    const settings = launcherSettings.parse({
      DATA_DIR: options.dataDir ?? join(options.folder, 'data'),
      WINDOW_AGGREGATOR_PORT: await freePort(),
      KAFKA_BROKERS: options.brokers,
    });
    const plan = planStack('engines', settings, root).services.find(({ name }) => name === 'window-aggregator');
    if (!plan) throw new Error('the launcher starts no window aggregator');
    if (!existsSync(plan.entry)) throw new Error(`${plan.entry} is missing: npx nx build window-aggregator`);
    return new Aggregator(options, plan);
  }

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.plan.port}`;
  }

  /** Everything that the process keeps. */
  get dataDir(): string {
    return this.plan.env['DATA_DIR'] ?? '';
  }

  /** The folder of a partition's window store. */
  storeDir(topic: string, partition: number): string {
    return join(this.dataDir, 'window-stores', `${topic}-${partition}`);
  }

  /** @throws AssertionError when it does not run */
  get pid(): number {
    assert(this.child?.pid !== undefined, `${this.name} does not run:\n${this.tail.join('\n')}`);
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child !== null;
  }

  /** The last lines that it has printed. */
  get lastLines(): readonly string[] {
    return this.tail;
  }

  /** Starts the process; resolves at once, ready or not. */
  async start(): Promise<void> {
    assert(this.child === null, `${this.name} runs already`);
    const { env, preload, groupId, folder, signal } = this.options;
    signal.throwIfAborted();
    await mkdir(folder, { recursive: true });
    const first = preload === undefined ? [] : ['--import', preload];
    const child = spawn(process.execPath, [...first, ...nodeArguments(this.plan)], {
      cwd: this.plan.cwd,
      env: { ...process.env, NODE_OPTIONS: '', ...this.plan.env, GROUP_ID: groupId, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own group: a Ctrl-C in the terminal reaches us alone.
      detached: true,
    });
    this.child = child;
    this.startedAtMs = performance.now();
    const log = createWriteStream(join(folder, `${this.name}.log`), { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        this.tail = [...this.tail, ...chunk.toString('utf8').split('\n').filter(Boolean)].slice(-TAIL_LINES);
      });
    }
    const abort = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', abort);
    this.exit = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, by) => {
        signal.removeEventListener('abort', abort);
        this.child = null;
        this.tail.push(`ended by ${by ?? `exit code ${code}`}`);
        log.end();
        resolve({ code, signal: by });
      });
    });
  }

  /**
   * Waits until it says that it is ready; to the ms since the process was started.
   * @throws AssertionError when that lasts longer than `limitMs` or the process ends
   */
  async ready(limitMs: number): Promise<number> {
    for (let last = 'no answer'; ; await delay(POLL_MS)) {
      const answer = await this.get('/health/ready');
      const tookMs = performance.now() - this.startedAtMs;
      if (answer?.status === 200) return tookMs;
      if (answer) last = JSON.stringify(answer.body);
      assert(this.isRunning, `${this.name} ended before it was ready:\n${this.tail.join('\n')}`);
      assert(tookMs <= limitMs, `${this.name} was not ready within ${limitMs} ms: ${last}`);
    }
  }

  /** GET; null when it does not answer in time or at all. */
  async get(path: string, timeoutMs = REQUEST_MS): Promise<Answer | null> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } });
      // Parsed here, and not by the answer: what comes of that is of another realm in a test, and strictly equal to nothing of ours.
      return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) as unknown };
    } catch (error) {
      // By name: a test's realm has classes of its own.
      const name: unknown = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
      if (name === 'TypeError' || name === 'TimeoutError') return null;
      throw error;
    }
  }

  /** Its account; null while it does not answer. */
  async status(timeoutMs = REQUEST_MS): Promise<AggregatorStatus | null> {
    const answer = await this.get('/status', timeoutMs);
    return answer?.status === 200 ? (answer.body as AggregatorStatus) : null;
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }

  /** SIGTERM; resolves to the ms until it was gone. @throws AssertionError when it ends late or with another code than 0 */
  async stop(): Promise<number> {
    const beganMs = performance.now();
    this.signal('SIGTERM');
    const { code, signal } = await this.ended(STOP_LIMIT_MS);
    assert(code === 0, `${this.name} ended with ${signal ?? `code ${code}`} on SIGTERM:\n${this.tail.join('\n')}`);
    return performance.now() - beganMs;
  }

  /** Waits until it ends by itself. @throws AssertionError when that lasts longer than `limitMs` */
  async ended(limitMs: number): Promise<Exit> {
    const exit = await Promise.race([this.exit, delay(limitMs, null)]);
    assert(exit !== null, `${this.name} runs on after ${limitMs} ms`);
    return exit;
  }

  /** SIGSTOP, SIGCONT and their like, by process id. @throws AssertionError when it does not run */
  signal(signal: NodeJS.Signals): void {
    assert(this.child !== null, `${this.name} does not run:\n${this.tail.join('\n')}`);
    this.child.kill(signal);
  }

  /** Tells something to what `preload` has put into the process. */
  send(message: object): void {
    this.child?.send(message);
  }

  /** Removes everything that it keeps; it must not run. */
  async forget(): Promise<void> {
    assert(!this.isRunning, `${this.name} still runs`);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Ends it whatever its state, for the end of a run. */
  async end(): Promise<void> {
    if (this.child === null) return;
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
