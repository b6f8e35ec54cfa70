import { Injectable } from '@nestjs/common';
import type { Run, RunsQuery } from '@orderpulse/contracts';
import { z } from 'zod';
import { RunNotFoundError } from './run.errors';
import { RunRepository } from './run.repository';

const idSchema = z.uuid();

/** Reading the history of runs. */
@Injectable()
export class RunsService {
  constructor(private readonly runs: RunRepository) {}

  list(query: RunsQuery): Promise<Run[]> {
    return this.runs.list(query.limit, query.job);
  }

  /** @throws RunNotFoundError also for an id that cannot be one */
  async find(id: string): Promise<Run> {
    const run = idSchema.safeParse(id).success ? await this.runs.find(id) : null;
    if (!run) throw new RunNotFoundError(id);
    return run;
  }
}
