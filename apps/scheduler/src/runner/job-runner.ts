import { Injectable, Logger } from '@nestjs/common';
import type { Run } from '@orderpulse/contracts';
import { Clock, delayUnlessAborted, messageOf, UnavailableError } from '@orderpulse/service-kit';
import { type GraphOutcome, initialSteps, runGraph } from '../graph/run-graph';
import { isRetriable } from '../graph/step';
import type { JobDefinition } from '../jobs/job';
import { RunRepository } from '../runs/run.repository';

/** Runs one queued run to its end and keeps its history on the way. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger('runner');

  constructor(
    private readonly runs: RunRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param signal aborted when the run is to be interrupted
   * @throws UnavailableError when history can no longer be written: the run has stopped and its row still says running
   */
  async execute(job: JobDefinition, run: Run, runner: string, signal: AbortSignal): Promise<Run['state']> {
    const steps = job.steps();
    await this.runs.begin(run.id, runner, this.date(), initialSteps(steps));
    this.logger.log(`${job.name} runs (${run.trigger})`);
    const environment = {
      now: () => this.clock.now(),
      monotonicMs: () => performance.now(),
      delay: delayUnlessAborted,
      onChange: (step: Run['steps'][number]) => this.runs.saveStep(run.id, step),
    };
    const outcome = await this.outcomeOf(runGraph(steps, environment, signal));
    const error = outcome.state === 'interrupted' ? `interrupted: ${reasonOf(signal)}` : outcome.error;
    await this.runs.finish(run.id, outcome.state, error, this.date());
    const text = `${job.name} ${outcome.state}${error === null ? '' : `: ${error}`}`;
    if (outcome.state === 'failed') this.logger.error(text);
    else this.logger.log(text);
    return outcome.state;
  }

  /** A mistake in a job's declaration fails the run; an outage of the history ends it without a mark. */
  private async outcomeOf(running: Promise<GraphOutcome>): Promise<Pick<GraphOutcome, 'state' | 'error'>> {
    try {
      return await running;
    } catch (error) {
      if (error instanceof UnavailableError || isRetriable(error)) throw error;
      return { state: 'failed', error: messageOf(error) };
    }
  }

  private date(): Date {
    return new Date(this.clock.now());
  }
}

function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'the scheduler was stopped';
}
