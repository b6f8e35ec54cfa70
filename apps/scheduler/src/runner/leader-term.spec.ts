import type { Run } from '@orderpulse/contracts';
import { Clock } from '@orderpulse/service-kit';
import type { JobDefinition } from '../jobs/job';
import type { NewRun, RunRepository } from '../runs/run.repository';
import type { JobRunner } from './job-runner';
import { LeaderTerm } from './leader-term';

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);

class SetClock extends Clock {
  nowMs = at('10:12:00');

  override now(): number {
    return this.nowMs;
  }
}

const retention: JobDefinition = {
  name: 'retention',
  description: '',
  cron: '*/5 * * * *',
  needsBootstrap: true,
  retryFailedAfterMs: null,
  steps: () => [],
};

/** A history in memory, of which a term needs these methods alone. Taking over begins with failAbandoned. */
class History {
  /** What happens while a new leader takes over. */
  duringTakeOver: () => void = () => undefined;
  readonly skipped: [job: string, reason: string][] = [];
  private newest: Pick<Run, 'scheduledAt' | 'finishedAt'> = {
    scheduledAt: new Date(at('10:00:00')).toISOString(),
    finishedAt: new Date(at('10:00:30')).toISOString(),
  };

  async failAbandoned(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    this.duringTakeOver();
    return [];
  }

  async newestOf(): Promise<unknown> {
    return this.newest;
  }

  async recordSkipped(job: string, scheduledAt: Date, reason: string, finishedAt: Date): Promise<void> {
    this.newest = { scheduledAt: scheduledAt.toISOString(), finishedAt: finishedAt.toISOString() };
    this.skipped.push([job, reason]);
  }

  async enqueue(_run: NewRun): Promise<void> {}

  async queued(): Promise<Run[]> {
    return [];
  }
}

describe('the term of a leader', () => {
  it('explains what was missed before it, also when a run falls due while it takes over', async () => {
    const [clock, history, ending] = [new SetClock(), new History(), new AbortController()];
    const runs = history as unknown as RunRepository;
    const term = new LeaderTerm(
      { jobs: [retention], runs, jobRunner: {} as JobRunner, clock, runner: 'here' },
      ending.signal,
    );
    const told = new Promise<void>((resolve) => {
      history.duringTakeOver = () => {
        clock.nowMs = at('10:15:00');
        resolve(term.due(retention, new Date(clock.nowMs)));
      };
    });
    const leading = term.lead();
    await told;
    ending.abort();
    await leading;
    expect(history.skipped).toEqual([
      ['retention', '2 runs were missed: no scheduler was running'],
      ['retention', 'the pipeline does not stand yet: bootstrap has not succeeded'],
    ]);
  });
});
