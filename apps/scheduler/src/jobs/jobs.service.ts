import { Inject, Injectable } from '@nestjs/common';
import type { Job, Run } from '@orderpulse/contracts';
import { Clock } from '@orderpulse/service-kit';
import { JobNotFoundError } from '../runs/run.errors';
import { RunRepository } from '../runs/run.repository';
import { type JobDefinition, JOBS } from './job';
import { nextFireMs, scheduleWords } from './schedule-words';

/** The declared jobs with their newest runs, and starting one on demand. */
@Injectable()
export class JobsService {
  constructor(
    @Inject(JOBS) private readonly jobs: readonly JobDefinition[],
    private readonly runs: RunRepository,
    private readonly clock: Clock,
  ) {}

  list(): Promise<Job[]> {
    return Promise.all(this.jobs.map((job) => this.describe(job)));
  }

  /** @throws JobNotFoundError */
  async find(name: string): Promise<Job> {
    return this.describe(this.definition(name));
  }

  /**
   * Queues a run; the leader starts it within a second, whichever replica was asked.
   * @throws JobNotFoundError, RunActiveError
   */
  async start(name: string): Promise<Run> {
    const job = this.definition(name);
    return this.runs.enqueue({ job: job.name, trigger: 'manual', scheduledAt: new Date(this.clock.now()) });
  }

  private definition(name: string): JobDefinition {
    const job = this.jobs.find((candidate) => candidate.name === name);
    if (!job) throw new JobNotFoundError(name);
    return job;
  }

  private async describe(job: JobDefinition): Promise<Job> {
    return {
      name: job.name,
      description: job.description,
      schedule: scheduleWords(job.cron),
      nextRunAt: job.cron === null ? null : new Date(nextFireMs(job.cron, this.clock.now())).toISOString(),
      lastRun: await this.runs.newestOf(job.name),
    };
  }
}
