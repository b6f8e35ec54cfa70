import { ConflictError, NotFoundError } from '@orderpulse/service-kit';

/** The job has a run that is queued or running. */
export class RunActiveError extends ConflictError {
  constructor(job: string) {
    super(`A run of ${job} is queued or running.`, 'RUN_ACTIVE');
  }
}

export class RunNotFoundError extends NotFoundError {
  constructor(id: string) {
    super(`There is no run ${id}.`, 'RUN_NOT_FOUND');
  }
}

export class JobNotFoundError extends NotFoundError {
  constructor(name: string) {
    super(`There is no job ${name}.`, 'JOB_NOT_FOUND');
  }
}
