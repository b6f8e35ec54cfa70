/** What a step is given while it runs. */
export interface StepContext {
  /** Aborted when the run is to stop; a step that goes on regardless is left behind. */
  readonly signal: AbortSignal;
}

/**
 * One step of a run. It is tried until it succeeds as long as its error is `retriable: true` (then it waits, with backoff);
 * any other error fails it. So a probe is a step, and a step that needs an engine needs no probe of its own to be safe.
 */
export interface Step {
  readonly name: string;
  /** Names of the steps that must have succeeded before this one starts. */
  readonly dependsOn: readonly string[];
  /** Does the work or looks whether something is there. Resolves with one sentence that says what it did or saw. */
  run(context: StepContext): Promise<string>;
  /** Waiting longer fails the step, in ms. By default it waits as long as the run lasts. */
  readonly giveUpAfterMs?: number;
}

/** The steps of a job are not a graph that can be run. */
export class InvalidGraphError extends Error {
  readonly code = 'INVALID_GRAPH';
  readonly retriable = false;

  constructor(message: string) {
    super(message);
    this.name = 'InvalidGraphError';
  }
}

/**
 * Checks that names are unique, dependencies exist and there is no cycle.
 * @throws InvalidGraphError
 */
export function validateGraph(steps: readonly Step[]): void {
  const names = new Set(steps.map((step) => step.name));
  if (names.size !== steps.length) throw new InvalidGraphError('two steps have the same name');
  for (const step of steps)
    for (const dependency of step.dependsOn)
      if (!names.has(dependency))
        throw new InvalidGraphError(`${step.name} depends on ${dependency}, which does not exist`);
  const done = new Set<string>();
  let left = [...steps];
  while (left.length > 0) {
    const ready = left.filter((step) => step.dependsOn.every((name) => done.has(name)));
    if (ready.length === 0)
      throw new InvalidGraphError(`${left.map((step) => step.name).join(', ')} depend on each other`);
    for (const step of ready) done.add(step.name);
    left = left.filter((step) => !done.has(step.name));
  }
}

/** True for errors that say that trying again may help: an engine or a service that is not there yet. */
export function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
