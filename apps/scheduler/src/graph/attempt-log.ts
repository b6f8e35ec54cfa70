import type { StepAttempt } from '@orderpulse/contracts';

/** Rows of a step's history at most; when they are used up, the last one is written over. */
export const MAX_ATTEMPTS = 20;
const MAX_MESSAGE_LENGTH = 500;

/**
 * The attempts of one step. A probe that waits for the same thing again and again stays one attempt, whose end moves on;
 * a new reason is a new attempt. So history says what happened and stays small.
 */
export class AttemptLog {
  private readonly rows: StepAttempt[] = [];

  constructor(private readonly now: () => number) {}

  get attempts(): readonly StepAttempt[] {
    return this.rows;
  }

  /** A try begins. Nothing new is written when the last attempt is still waiting: its outcome decides. */
  begin(): void {
    if (this.rows.at(-1)?.outcome === 'waiting') return;
    this.append({ outcome: 'running', message: null });
  }

  /** The try found that something is missing. */
  waiting(message: string): void {
    const text = shorten(message);
    const last = this.rows.at(-1);
    if (last && (last.outcome === 'running' || last.message === text)) this.settle(last, 'waiting', text);
    else this.append({ outcome: 'waiting', message: text, finished: true });
  }

  /** The step is over. An attempt that waited stays as it is: the one that ended the step is its own row. */
  finish(outcome: 'succeeded' | 'failed' | 'interrupted', message: string | null): void {
    const last = this.rows.at(-1);
    const text = message === null ? null : shorten(message);
    if (last?.outcome === 'running') this.settle(last, outcome, text);
    else this.append({ outcome, message: text, finished: true });
  }

  private settle(row: StepAttempt, outcome: StepAttempt['outcome'], message: string | null): void {
    row.outcome = outcome;
    row.message = message;
    row.finishedAt = this.time();
  }

  private append(entry: { outcome: StepAttempt['outcome']; message: string | null; finished?: boolean }): void {
    const at = this.time();
    const last = this.rows.at(-1);
    const row = {
      startedAt: at,
      finishedAt: entry.finished ? at : null,
      outcome: entry.outcome,
      message: entry.message,
    };
    if (last && this.rows.length >= MAX_ATTEMPTS) Object.assign(last, row);
    else this.rows.push({ attempt: this.rows.length + 1, ...row });
  }

  private time(): string {
    return new Date(this.now()).toISOString();
  }
}

const shorten = (text: string): string =>
  text.length <= MAX_MESSAGE_LENGTH ? text : `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…`;
