import { Logger } from '@nestjs/common';
import type { Run } from '@orderpulse/contracts';
import { type Clock, delayUnlessAborted } from '@orderpulse/service-kit';
import type { JobDefinition } from '../jobs/job';
import { firesBetween } from '../jobs/schedule-words';
import { RunActiveError } from '../runs/run.errors';
import type { RunRepository } from '../runs/run.repository';
import type { JobRunner } from './job-runner';

/** How often the leader looks for runs that another replica has queued. */
const LOOK_EVERY_MS = 500;

const BOOTSTRAP = 'bootstrap';

export interface LeaderTermOptions {
  jobs: readonly JobDefinition[];
  runs: RunRepository;
  jobRunner: JobRunner;
  clock: Clock;
  /** Name of this process in the history. */
  runner: string;
}

/**
 * The time during which this process is the leader: it ends what a dead leader left behind, explains what was missed, runs
 * bootstrap, and then every queued run, until the signal is aborted.
 */
export class LeaderTerm {
  private readonly logger = new Logger('leader');
  private readonly running = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  private wake: AbortController = new AbortController();
  /** What was due before it has been missed; what is due from then on is told to `due`. Epoch ms. */
  private readonly beganMs: number;
  private takenOver: Promise<void> = Promise.resolve();
  private bootstrapped = false;
  private failure: unknown;

  /** @param ending aborted when leadership is lost or the process stops */
  constructor(
    private readonly options: LeaderTermOptions,
    ending: AbortSignal,
  ) {
    this.signal = AbortSignal.any([ending, this.stop.signal]);
    this.beganMs = options.clock.now();
  }

  /**
   * Leads until the signal is aborted, and then until the running jobs have been interrupted.
   * @throws UnavailableError when the history is not there any more
   */
  async lead(): Promise<void> {
    try {
      this.takenOver = this.takeOver();
      await this.takenOver;
      while (!this.signal.aborted) {
        for (const run of await this.options.runs.queued()) this.begin(run);
        await this.untilWokenOr(LOOK_EVERY_MS);
      }
    } finally {
      this.stop.abort(this.failure);
      await Promise.all(this.running.values());
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** The schedule says that a job is due. */
  async due(job: JobDefinition, scheduledAt: Date): Promise<void> {
    // What was missed is what lies behind the newest row: none may be added before it has been explained.
    await this.takenOver;
    if (this.signal.aborted) return;
    if (job.needsBootstrap && !this.bootstrapped) {
      const reason = 'the pipeline does not stand yet: bootstrap has not succeeded';
      await this.options.runs.recordSkipped(job.name, scheduledAt, reason, this.date());
      return;
    }
    try {
      await this.options.runs.enqueue({ job: job.name, trigger: 'schedule', scheduledAt });
      this.wake.abort();
    } catch (error) {
      if (!(error instanceof RunActiveError)) throw error;
      await this.options.runs.recordSkipped(job.name, scheduledAt, 'the run before it had not ended', this.date());
    }
  }

  private async takeOver(): Promise<void> {
    const { runs, jobs, runner } = this.options;
    const abandoned = await runs.failAbandoned(this.date());
    if (abandoned.length > 0) this.logger.warn(`runs of a lost leader have been ended: ${abandoned.join(', ')}`);
    for (const job of jobs) await this.explainMissed(job);
    this.logger.log(`${runner} is the leader`);
    await this.enqueueBootstrap();
  }

  private async explainMissed(job: JobDefinition): Promise<void> {
    if (job.cron === null) return;
    const newest = await this.options.runs.newestOf(job.name);
    if (!newest) return;
    const fromMs = Date.parse(newest.finishedAt ?? newest.scheduledAt);
    const { count, firstMs } = firesBetween(job.cron, fromMs, this.beganMs);
    if (firstMs === null) return;
    const reason = `${count} ${count === 1 ? 'run was' : 'runs were'} missed: no scheduler was running`;
    await this.options.runs.recordSkipped(job.name, new Date(firstMs), reason, this.date());
  }

  private async enqueueBootstrap(): Promise<void> {
    try {
      await this.options.runs.enqueue({ job: BOOTSTRAP, trigger: 'start', scheduledAt: this.date() });
    } catch (error) {
      // Somebody has asked for it already.
      if (!(error instanceof RunActiveError)) throw error;
    }
  }

  private begin(run: Run): void {
    const job = this.options.jobs.find(({ name }) => name === run.job);
    if (!job || this.running.has(run.id) || this.signal.aborted) return;
    const work = this.execute(job, run)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.running.delete(run.id));
    this.running.set(run.id, work);
  }

  private async execute(job: JobDefinition, run: Run): Promise<void> {
    const state = await this.options.jobRunner.execute(job, run, this.options.runner, this.signal);
    if (job.name === BOOTSTRAP) this.bootstrapped = state === 'succeeded';
    if (state === 'failed' && job.retryFailedAfterMs !== null) this.retryLater(job, job.retryFailedAfterMs);
  }

  private retryLater(job: JobDefinition, afterMs: number): void {
    const scheduledAt = new Date(this.options.clock.now() + afterMs);
    delayUnlessAborted(afterMs, this.signal)
      .then(() => (this.signal.aborted ? undefined : this.due(job, scheduledAt)))
      .catch((error: unknown) => this.fail(error));
  }

  /** The term cannot go on: leadership is given up, and whoever leads next puts the history right. */
  private fail(error: unknown): void {
    this.failure ??= error;
    this.stop.abort(error);
  }

  private async untilWokenOr(ms: number): Promise<void> {
    this.wake = new AbortController();
    await delayUnlessAborted(ms, AbortSignal.any([this.signal, this.wake.signal]));
  }

  private date(): Date {
    return new Date(this.options.clock.now());
  }
}
