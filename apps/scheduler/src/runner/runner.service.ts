import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock, CONFIG, delayUnlessAborted, HealthRegistry, messageOf } from '@orderpulse/service-kit';
import { CronJob } from 'cron';
import { randomBytes } from 'node:crypto';
import type { SchedulerConfig } from '../config';
import { Database } from '../database/database';
import { backoffMs } from '../graph/backoff';
import { type JobDefinition, JOBS } from '../jobs/job';
import { LeaderLock } from '../leadership/leader-lock';
import { RunRepository } from '../runs/run.repository';
import { JobRunner } from './job-runner';
import { LeaderTerm } from './leader-term';

/** Seeks leadership for as long as the process lives, and leads when it has it. */
@Injectable()
export class RunnerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** This process in the history. */
  readonly runner = `scheduler-${process.pid}-${randomBytes(2).toString('hex')}`;
  private readonly logger = new Logger('leader');
  private readonly stopping = new AbortController();
  private readonly lock: LeaderLock;
  private loop: Promise<void> = Promise.resolve();
  private problem: string | null = 'the database has not been reached yet';
  private leads = false;

  constructor(
    private readonly database: Database,
    private readonly runs: RunRepository,
    private readonly jobRunner: JobRunner,
    private readonly cron: SchedulerRegistry,
    private readonly clock: Clock,
    @Inject(JOBS) private readonly jobs: readonly JobDefinition[],
    @Inject(CONFIG) config: SchedulerConfig,
    health: HealthRegistry,
  ) {
    this.lock = new LeaderLock(config.DATABASE_URL);
    health.register('leadership', () => {
      if (this.problem !== null) throw new Error(this.problem);
    });
  }

  /** Whether this process is the one that runs jobs. */
  get isLeader(): boolean {
    return this.leads;
  }

  onApplicationBootstrap(): void {
    this.loop = this.seekLeadership();
  }

  /** Interrupts what runs, records it, and leaves the lock to a follower. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort(new Error('the scheduler was stopped'));
    await this.loop;
  }

  private async seekLeadership(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.database.connect();
        this.problem = null;
        failures = 0;
        await this.leadOnce(signal);
      } catch (error) {
        const reason = messageOf(error);
        if (reason !== this.problem) this.logger.warn(`no leadership: ${reason}`);
        this.problem = reason;
        await delayUnlessAborted(backoffMs(++failures), signal);
      }
    }
  }

  private async leadOnce(signal: AbortSignal): Promise<void> {
    const lease = await this.lock.acquire(signal);
    if (!lease) return;
    const ending = AbortSignal.any([signal, lease.signal]);
    const { jobs, runs, jobRunner, clock, runner } = this;
    const term = new LeaderTerm({ jobs, runs, jobRunner, clock, runner }, ending);
    this.leads = true;
    this.startSchedules(term);
    try {
      await term.lead();
    } finally {
      this.leads = false;
      this.stopSchedules();
      await lease.release();
    }
    if (lease.signal.aborted && !signal.aborted) this.logger.warn('leadership was lost');
  }

  private startSchedules(term: LeaderTerm): void {
    for (const job of this.jobs) {
      if (job.cron === null) continue;
      const onTick = async (): Promise<void> => {
        await this.tick(term, job);
      };
      // One tick after the other: each looks at the row that the one before has written.
      const options = { cronTime: job.cron, onTick, timeZone: 'UTC', start: true, waitForCompletion: true };
      this.cron.addCronJob(job.name, CronJob.from(options));
    }
  }

  private stopSchedules(): void {
    for (const name of this.cron.getCronJobs().keys()) this.cron.deleteCronJob(name);
  }

  /** When the history is not there, the term is about to end; the next leader explains what was missed. */
  private async tick(term: LeaderTerm, job: JobDefinition): Promise<void> {
    try {
      await term.due(job, new Date(this.clock.now()));
    } catch (error) {
      this.logger.warn(`${job.name} was due, but: ${messageOf(error)}`);
    }
  }
}
