import { Injectable } from '@nestjs/common';
import { FINISHED_RUN_STATES, type Run, type RunStep } from '@orderpulse/contracts';
import { isUniqueViolation } from '@orderpulse/service-kit';
import { randomUUID } from 'node:crypto';
import { In, LessThan } from 'typeorm';
import { Database } from '../database/database';
import { AttemptEntity, RunEntity, StepEntity } from '../database/entities';
import { RunActiveError } from './run.errors';
import { toRun } from './run-mapping';

const WHOLE_RUN = { steps: { attempts: true } } as const;

export interface NewRun {
  job: string;
  trigger: Run['trigger'];
  scheduledAt: Date;
}

/** The history of runs in PostgreSQL. Every method throws UnavailableError when the database does not answer. */
@Injectable()
export class RunRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds a run for the leader to start.
   * @throws RunActiveError when the job has one that is queued or running
   */
  async enqueue(run: NewRun): Promise<Run> {
    const id = randomUUID();
    const blank = { startedAt: null, finishedAt: null, runner: null, error: null };
    await this.database.run(async (manager) => {
      try {
        await manager.insert(RunEntity, { id, ...run, state: 'queued', ...blank });
      } catch (error) {
        throw isUniqueViolation(error) ? new RunActiveError(run.job) : error;
      }
    });
    return { id, ...run, scheduledAt: run.scheduledAt.toISOString(), state: 'queued', ...blank, steps: [] };
  }

  /** Queued runs, oldest first. */
  async queued(): Promise<Run[]> {
    return this.database.run(async (manager) => {
      const found = await manager.find(RunEntity, {
        where: { state: 'queued' },
        order: { scheduledAt: 'ASC' },
        relations: WHOLE_RUN,
      });
      return found.map(toRun);
    });
  }

  /** A queued run is running now, with these steps. */
  async begin(id: string, runner: string, startedAt: Date, steps: readonly RunStep[]): Promise<void> {
    await this.database.run((manager) =>
      manager.transaction(async (transaction) => {
        await transaction.update(RunEntity, { id }, { state: 'running', runner, startedAt });
        const rows = steps.map((step, position) => stepRow(id, step, position));
        if (rows.length > 0) await transaction.insert(StepEntity, rows);
      }),
    );
  }

  /** Writes the present state of a step and its attempts. */
  async saveStep(runId: string, step: Readonly<RunStep>): Promise<void> {
    await this.database.run((manager) =>
      manager.transaction(async (transaction) => {
        await transaction.update(StepEntity, { runId, name: step.name }, { state: step.state });
        // Only the last two can have changed since the step was written before.
        const rows = step.attempts.slice(-2).map((attempt) => attemptRow(runId, step.name, attempt));
        if (rows.length > 0) await transaction.upsert(AttemptEntity, rows, ['runId', 'stepName', 'attempt']);
      }),
    );
  }

  async finish(id: string, state: Run['state'], error: string | null, finishedAt: Date): Promise<void> {
    await this.database.run((manager) => manager.update(RunEntity, { id }, { state, error, finishedAt }));
  }

  /**
   * Ends every run that is still 'running' although its runner is gone. Called by a new leader: nobody else may run.
   * Returns the names of their jobs.
   */
  async failAbandoned(at: Date): Promise<string[]> {
    return this.database.run((manager) =>
      manager.transaction(async (transaction) => {
        const abandoned = await transaction.find(RunEntity, { where: { state: 'running' } });
        const runIds = abandoned.map((run) => run.id);
        if (runIds.length === 0) return [];
        for (const run of abandoned) {
          const error = `its runner ${run.runner ?? '(unknown)'} was lost before the run ended`;
          await transaction.update(RunEntity, { id: run.id }, { state: 'failed', error, finishedAt: at });
        }
        const ended = { outcome: 'interrupted', finishedAt: at } as const;
        await transaction.update(AttemptEntity, { runId: In(runIds), outcome: 'running' }, ended);
        await transaction.update(StepEntity, { runId: In(runIds), state: 'running' }, { state: 'interrupted' });
        await transaction.update(StepEntity, { runId: In(runIds), state: 'queued' }, { state: 'skipped' });
        return abandoned.map((run) => run.job);
      }),
    );
  }

  /**
   * Records that a scheduled run did not take place. The same reason as in the job's newest row stretches that row, so
   * that a long wait is one row.
   */
  async recordSkipped(job: string, scheduledAt: Date, reason: string, at: Date): Promise<void> {
    const newest = await this.newestOf(job);
    if (newest?.state === 'skipped' && newest.error === reason) {
      await this.finish(newest.id, 'skipped', reason, at);
      return;
    }
    const row = {
      id: randomUUID(),
      job,
      trigger: 'schedule',
      state: 'skipped',
      scheduledAt,
      finishedAt: at,
      error: reason,
    } as const;
    await this.database.run((manager) => manager.insert(RunEntity, { ...row, startedAt: null, runner: null }));
  }

  async find(id: string): Promise<Run | null> {
    return this.database.run(async (manager) => {
      const found = await manager.findOne(RunEntity, { where: { id }, relations: WHOLE_RUN });
      return found && toRun(found);
    });
  }

  /** Newest first. */
  async list(limit: number, job?: string): Promise<Run[]> {
    return this.database.run(async (manager) => {
      const found = await manager.find(RunEntity, {
        ...(job === undefined ? {} : { where: { job } }),
        order: { scheduledAt: 'DESC', id: 'ASC' },
        take: limit,
        relations: WHOLE_RUN,
      });
      return found.map(toRun);
    });
  }

  async newestOf(job: string): Promise<Run | null> {
    return (await this.list(1, job))[0] ?? null;
  }

  /** Removes finished runs that ended before an instant; returns how many. */
  async prune(before: Date): Promise<number> {
    return this.database.run(async (manager) => {
      const result = await manager.delete(RunEntity, {
        state: In([...FINISHED_RUN_STATES]),
        finishedAt: LessThan(before),
      });
      return result.affected ?? 0;
    });
  }
}

function stepRow(runId: string, step: RunStep, position: number): Partial<StepEntity> {
  return { runId, name: step.name, position, dependsOn: step.dependsOn, state: step.state };
}

function attemptRow(runId: string, stepName: string, attempt: RunStep['attempts'][number]): Partial<AttemptEntity> {
  const { startedAt, finishedAt, ...rest } = attempt;
  return {
    runId,
    stepName,
    ...rest,
    startedAt: new Date(startedAt),
    finishedAt: finishedAt === null ? null : new Date(finishedAt),
  };
}
