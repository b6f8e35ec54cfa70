import type { RunStep } from '@orderpulse/contracts';
import { messageOf } from '@orderpulse/service-kit';
import { AttemptLog } from './attempt-log';
import { backoffMs } from './backoff';
import { isRetriable, type Step, validateGraph } from './step';

/** What the runner needs from outside, so that tests run without a clock. */
export interface GraphEnvironment {
  /** Epoch ms: what history says. */
  now(): number;
  /** Ms of a clock that never jumps: how long a step has been tried. */
  monotonicMs(): number;
  /** Resolves after `ms` or, without an error, as soon as the signal is aborted. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
  /** Told whenever a step's row has changed; awaited, so that a run is never ahead of its history. A rejection stops the run. */
  onChange(step: Readonly<RunStep>): Promise<void>;
}

export interface GraphOutcome {
  state: 'succeeded' | 'failed' | 'interrupted';
  /** Why it failed; null otherwise. */
  error: string | null;
  steps: readonly RunStep[];
}

/**
 * Runs the steps of a graph: each starts when all it depends on have succeeded, independent ones side by side. When one
 * fails, those that depend on it are skipped and the others go on. Aborting the signal interrupts what runs.
 *
 * @throws InvalidGraphError, or what onChange rejects with (the steps are stopped first)
 */
export async function runGraph(
  steps: readonly Step[],
  environment: GraphEnvironment,
  signal: AbortSignal,
): Promise<GraphOutcome> {
  validateGraph(steps);
  return new GraphRun(steps, environment, signal).run();
}

/** The rows of a run that has not begun. */
export function initialSteps(steps: readonly Step[]): RunStep[] {
  return steps.map((step) => ({ name: step.name, dependsOn: [...step.dependsOn], state: 'queued', attempts: [] }));
}

type TryResult = { ok: true; message: string } | { ok: false; retriable: boolean; message: string } | 'aborted';

/** The work's result, or 'aborted' at once when the signal is; what the work does afterwards is nobody's concern. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => resolve('aborted');
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    // The race also takes the error of work that is left behind.
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

class GraphRun {
  private readonly rows: Map<string, RunStep>;
  private readonly outcomes = new Map<string, Promise<boolean>>();
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    private readonly steps: readonly Step[],
    private readonly environment: GraphEnvironment,
    private readonly outer: AbortSignal,
  ) {
    this.rows = new Map(initialSteps(steps).map((row) => [row.name, row]));
    this.signal = AbortSignal.any([outer, this.stop.signal]);
  }

  async run(): Promise<GraphOutcome> {
    const all = await Promise.allSettled(this.steps.map((step) => this.outcomeOf(step)));
    const broken = all.find((result) => result.status === 'rejected');
    if (broken) throw broken.reason;
    const rows = [...this.rows.values()];
    const failed = rows.filter((row) => row.state === 'failed');
    const first = failed[0];
    const error = first ? `${first.name}: ${first.attempts.at(-1)?.message ?? 'failed'}` : null;
    if (first) return { state: 'failed', error, steps: rows };
    return {
      state: rows.every((row) => row.state === 'succeeded') ? 'succeeded' : 'interrupted',
      error: null,
      steps: rows,
    };
  }

  /** Whether a step succeeded; started once, whoever asks first. */
  private outcomeOf(step: Step): Promise<boolean> {
    const known = this.outcomes.get(step.name);
    if (known) return known;
    const outcome = this.runStep(step).catch((error: unknown) => {
      this.stop.abort();
      throw error;
    });
    this.outcomes.set(step.name, outcome);
    return outcome;
  }

  private async runStep(step: Step): Promise<boolean> {
    const row = this.row(step.name);
    const dependencies = this.steps.filter((other) => step.dependsOn.includes(other.name));
    const succeeded = await Promise.all(dependencies.map((dependency) => this.outcomeOf(dependency)));
    if (this.signal.aborted) return this.end(row, 'interrupted');
    if (succeeded.includes(false)) return this.end(row, 'skipped');
    return this.tryUntilDone(step, row);
  }

  private async tryUntilDone(step: Step, row: RunStep): Promise<boolean> {
    const log = new AttemptLog(() => this.environment.now());
    const startedMs = this.environment.monotonicMs();
    for (let tries = 1; ; tries++) {
      log.begin();
      await this.save(row, 'running', log);
      const result = await this.tryOnce(step);
      if (result === 'aborted') return this.interrupt(row, log);
      if (result.ok) return this.succeed(row, log, result.message);
      if (!result.retriable) return this.fail(row, log, result.message);
      const limitMs = step.giveUpAfterMs ?? Infinity;
      if (this.environment.monotonicMs() - startedMs >= limitMs)
        return this.fail(row, log, `gave up after ${Math.round(limitMs / 1000)} s: ${result.message}`);
      log.waiting(result.message);
      await this.save(row, 'running', log);
      await this.environment.delay(backoffMs(tries), this.signal);
      if (this.signal.aborted) return this.interrupt(row, log);
    }
  }

  private async tryOnce(step: Step): Promise<TryResult> {
    try {
      return await unlessAborted(
        step.run({ signal: this.signal }).then((message) => ({ ok: true as const, message })),
        this.signal,
      );
    } catch (error) {
      if (this.signal.aborted) return 'aborted';
      return {
        ok: false,
        retriable: isRetriable(error),
        message: messageOf(error),
      };
    }
  }

  private async succeed(row: RunStep, log: AttemptLog, message: string): Promise<true> {
    log.finish('succeeded', message);
    await this.save(row, 'succeeded', log);
    return true;
  }

  private async fail(row: RunStep, log: AttemptLog, message: string): Promise<false> {
    log.finish('failed', message);
    await this.save(row, 'failed', log);
    return false;
  }

  private async interrupt(row: RunStep, log: AttemptLog): Promise<false> {
    log.finish('interrupted', null);
    await this.save(row, 'interrupted', log);
    return false;
  }

  private async end(row: RunStep, state: 'skipped' | 'interrupted'): Promise<false> {
    row.state = state;
    await this.environment.onChange(row);
    return false;
  }

  private async save(row: RunStep, state: RunStep['state'], log: AttemptLog): Promise<void> {
    const before = JSON.stringify(row);
    row.state = state;
    row.attempts = log.attempts.map((attempt) => ({ ...attempt }));
    if (JSON.stringify(row) !== before) await this.environment.onChange(row);
  }

  private row(name: string): RunStep {
    const row = this.rows.get(name);
    if (!row) throw new Error(`no row for step ${name}`);
    return row;
  }
}
