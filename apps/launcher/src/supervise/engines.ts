import { type FetchOptions, type RunningEngine, startKafka, startPinot, startPostgres } from '@orderpulse/local-engines';
import { messageOf } from '@orderpulse/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { type Output, seconds } from '../console/output';
import type { EnginePlan } from '../plan/plan';

const POSTGRES_USER = { user: 'orderpulse', password: 'orderpulse', database: 'orderpulse' } as const;
const RESTART_DELAY_MS = 1_000;
/** Together with the services' stop before it, within the 10 s that the product promises. */
const PINOT_STOP_MS = 4_000;

/** Keeps the engines of a start running: an engine that ends by itself is started again on its data. */
export class Engines {
  private readonly running = new Map<string, RunningEngine>();
  private readonly starting = new Set<Promise<unknown>>();
  private readonly abort = new AbortController();

  constructor(
    private readonly plan: EnginePlan,
    private readonly cacheDir: string | undefined,
    private readonly output: Output,
  ) {}

  private get stopping(): boolean {
    return this.abort.signal.aborted;
  }

  /** Fetches what is missing and starts all side by side. Rejects with the first failure. */
  async start(): Promise<void> {
    const { postgres, kafka, pinot } = this.plan;
    const { signal } = this.abort;
    await Promise.all([
      postgres && this.bring('PostgreSQL', () => startPostgres({ ...postgres, ...POSTGRES_USER, signal })),
      kafka && this.bring('Kafka', () => startKafka({ ...kafka, signal, fetch: this.fetching('Kafka') })),
      pinot &&
        this.bring('Pinot', () =>
          startPinot({ ...pinot, signal, stopTimeoutMs: PINOT_STOP_MS, fetch: this.fetching('Pinot') }),
        ),
    ]);
  }

  /** Ends the starts under way, and starts nothing any more. */
  cancelStarts(): void {
    this.abort.abort();
  }

  /** Stops everything side by side; each engine's own stop is bounded in time. */
  async stop(): Promise<void> {
    this.cancelStarts();
    // A start that is being cancelled still has processes; it settles when they are gone.
    await Promise.allSettled(this.starting);
    await Promise.all(
      [...this.running].map(async ([name, engine]) => {
        await engine.stop();
        this.output.line(name, 'stopped');
      }),
    );
  }

  private fetching(name: string): FetchOptions {
    return {
      ...(this.cacheDir ? { cacheDir: this.cacheDir } : {}),
      onProgress: (progress) => this.output.line(name, progress.message),
    };
  }

  private async bring(name: string, start: () => Promise<RunningEngine>): Promise<void> {
    const begun = performance.now();
    this.output.line(name, 'starting');
    const engine = await this.tracked(name, start());
    if (this.stopping) return;
    this.output.line(name, `ready in ${seconds(performance.now() - begun)}`);
    void this.bringAgainWhenLost(name, engine, start);
  }

  /** A start as far as a stop is concerned: over when the engine is among the running ones, or gone. */
  private async tracked(name: string, start: Promise<RunningEngine>): Promise<RunningEngine> {
    const done = start.then((engine) => {
      this.running.set(name, engine);
      return engine;
    });
    this.starting.add(done);
    try {
      return await done;
    } finally {
      this.starting.delete(done);
    }
  }

  private async bringAgainWhenLost(name: string, engine: RunningEngine, start: () => Promise<RunningEngine>): Promise<void> {
    await engine.exited;
    if (this.stopping) return;
    this.output.line(name, `ended by itself; starting again; log: ${engine.logFile}`);
    // What is left of it (a helper process, a lock) goes first.
    await engine.stop();
    while (!this.stopping) {
      try {
        return await this.bring(name, start);
      } catch (error) {
        this.output.line(name, messageOf(error));
        await delay(RESTART_DELAY_MS);
      }
    }
  }
}
