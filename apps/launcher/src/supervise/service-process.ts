import { messageOf } from '@orderpulse/service-kit';
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Output, seconds } from '../console/output';
import type { ServicePlan } from '../plan/plan';

/** A service ends itself when its launcher is gone, so that even a killed launcher leaves no process. */
export const STOP_WITH_PARENT = `data:text/javascript,process.on('disconnect',()=>process.kill(process.pid,'SIGTERM'));process.channel?.unref()`;
const POLL_MS = 250;
/** Between two looks at a service that is ready: each costs both sides, also while nothing happens. That it ends is noticed at once. */
const READY_POLL_MS = 4_000;
const POLL_TIMEOUT_MS = 2_500;
const FIRST_BACKOFF_MS = 250;
const LAST_BACKOFF_MS = 8_000;
/** A process that ran for so long has recovered: the next backoff starts anew. */
const STEADY_MS = 30_000;
/** Exit code of a service whose settings are wrong: starting it again cannot help. */
const EXIT_BAD_SETTINGS = 2;

/** What Node is started with for a service: its limits, then its script. The service ends when the channel to its parent is closed. */
export function nodeArguments({ heapMb, youngMb, entry }: ServicePlan): string[] {
  const memory = [`--max-old-space-size=${heapMb}`, `--max-semi-space-size=${youngMb}`];
  return ['--import', STOP_WITH_PARENT, ...memory, entry];
}

/** Keeps one service running: starts it, watches its readiness, starts it again when it ends, stops it. */
export class ServiceProcess {
  private child: ChildProcess | null = null;
  private stopping = false;
  private lastState = '';
  private startedAtMs = 0;
  private backoffMs = FIRST_BACKOFF_MS;
  private log: WriteStream | null = null;
  private tail: string[] = [];
  /** Resolves when it is ready for the first time; rejects when it cannot start. */
  readonly firstReady: Promise<void>;
  private resolveReady: () => void = () => undefined;
  private rejectReady: (error: Error) => void = () => undefined;

  constructor(
    private readonly plan: ServicePlan,
    private readonly logFile: string,
    private readonly output: Output,
  ) {
    this.firstReady = new Promise((resolve, reject) => {
      this.resolveReady = resolve;
      this.rejectReady = reject;
    });
    // Whoever awaits it sees the rejection; nobody awaiting it must not end the launcher.
    this.firstReady.catch(() => undefined);
  }

  get name(): string {
    return this.plan.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    await rename(this.logFile, `${this.logFile}.1`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (this.stopping) return;
    this.log = createWriteStream(this.logFile, { flags: 'a' });
    this.spawn();
    void this.watch();
  }

  private spawn(): void {
    this.startedAtMs = performance.now();
    const child = spawn(process.execPath, nodeArguments(this.plan), {
      cwd: this.plan.cwd,
      env: { ...process.env, ...this.plan.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own group: a Ctrl-C in the terminal reaches the launcher alone, which stops everything in order.
      detached: true,
    });
    this.child = child;
    const keep = (chunk: Buffer): void => {
      this.log?.write(chunk);
      this.tail = [...this.tail, ...chunk.toString('utf8').split('\n').filter(Boolean)].slice(-5);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', (error) => this.rejectReady(error));
    child.once('exit', (code, signal) => this.ended(code, signal));
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.child = null;
    if (this.stopping) return;
    const how = signal ? `signal ${signal}` : `exit code ${code}`;
    const last = this.tail.map((line) => `\n${' '.repeat(20)}${line.slice(0, 400)}`).join('');
    if (code === EXIT_BAD_SETTINGS) {
      this.state(`cannot start (${how})${last}`);
      this.rejectReady(new Error(`${this.name} cannot start:${last}`));
      return;
    }
    if (performance.now() - this.startedAtMs > STEADY_MS) this.backoffMs = FIRST_BACKOFF_MS;
    this.state(`ended by ${how}; starting again in ${seconds(this.backoffMs)}; log: ${this.logFile}${signal ? '' : last}`);
    const wait = this.backoffMs;
    this.backoffMs = Math.min(this.backoffMs * 2, LAST_BACKOFF_MS);
    setTimeout(() => {
      if (!this.stopping) this.spawn();
    }, wait);
  }

  /** Prints a change of state, once. */
  private state(state: string): void {
    if (state === this.lastState) return;
    this.lastState = state;
    this.output.line(this.name, state);
  }

  private async watch(): Promise<void> {
    while (!this.stopping) {
      if (this.child) {
        const reason = await this.notReadyReason();
        if (this.stopping || this.child === null) continue;
        if (reason === null) {
          this.state('ready');
          this.resolveReady();
        } else this.state(reason);
      }
      // Nothing waits for the next look at a service that has been stopped.
      await delay(this.lastState === 'ready' ? READY_POLL_MS : POLL_MS, undefined, { ref: false });
    }
  }

  /** Null when ready, else why not, in words. */
  private async notReadyReason(): Promise<string | null> {
    try {
      const answer = await fetch(this.plan.readyUrl, { signal: AbortSignal.timeout(POLL_TIMEOUT_MS) });
      const body = await answer.text();
      if (answer.ok) return null;
      return `waiting: ${readReasons(body) ?? `status ${answer.status}`}`;
    } catch (error) {
      if (this.lastState === 'ready') return `does not answer (${messageOf(error)})`;
      return this.lastState === '' ? 'starting' : this.lastState;
    }
  }

  /** SIGTERM, then SIGKILL after `limitMs`; resolves when the process is gone. */
  async stop(limitMs: number): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
      await gone;
      clearTimeout(timer);
    }
    await new Promise<void>((resolve) => (this.log ? this.log.end(resolve) : resolve()));
  }
}

/** The reasons of a readiness answer, joined; undefined when the body is something else. */
export function readReasons(body: string): string | undefined {
  try {
    const { checks } = JSON.parse(body) as { checks?: Record<string, { ok: boolean; reason?: string }> };
    const bad = Object.entries(checks ?? {}).filter(([, check]) => !check.ok);
    return bad.length > 0 ? bad.map(([name, { reason }]) => `${name}: ${reason ?? 'not ready'}`).join('; ') : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
