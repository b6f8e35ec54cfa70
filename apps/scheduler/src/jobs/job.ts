import type { Step } from '../graph/step';

/** A job as it is declared. Its runs are kept by the runner. */
export interface JobDefinition {
  readonly name: string;
  readonly description: string;
  /** Cron expression in UTC, or null when it runs at start and on demand only. */
  readonly cron: string | null;
  /** True when there is nothing to do before the pipeline stands: its runs are skipped until bootstrap has succeeded. */
  readonly needsBootstrap: boolean;
  /** A failed run is followed by another one after so long, in ms; null to leave it. */
  readonly retryFailedAfterMs: number | null;
  /** The steps of one run. */
  steps(): Step[];
}

/** Injection token of all declared jobs. */
export const JOBS = Symbol('Jobs');
