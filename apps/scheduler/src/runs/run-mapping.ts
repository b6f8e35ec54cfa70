import type { Run, RunStep } from '@orderpulse/contracts';
import type { AttemptEntity, RunEntity, StepEntity } from '../database/entities';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A run with its steps in the order of their declaration and their attempts oldest first. */
export function toRun(entity: RunEntity): Run {
  return {
    id: entity.id,
    job: entity.job,
    state: entity.state,
    trigger: entity.trigger,
    scheduledAt: entity.scheduledAt.toISOString(),
    startedAt: iso(entity.startedAt),
    finishedAt: iso(entity.finishedAt),
    runner: entity.runner,
    error: entity.error,
    steps: [...entity.steps].sort((a, b) => a.position - b.position).map(toStep),
  };
}

function toStep(entity: StepEntity): RunStep {
  return {
    name: entity.name,
    dependsOn: entity.dependsOn,
    state: entity.state,
    attempts: [...entity.attempts].sort((a, b) => a.attempt - b.attempt).map(toAttempt),
  };
}

function toAttempt(entity: AttemptEntity): RunStep['attempts'][number] {
  return {
    attempt: entity.attempt,
    startedAt: entity.startedAt.toISOString(),
    finishedAt: iso(entity.finishedAt),
    outcome: entity.outcome,
    message: entity.message,
  };
}
