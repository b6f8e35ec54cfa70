import { z } from 'zod';

/** A run is skipped when its time passed without a start, interrupted when the scheduler was stopped during it. */
export const runStateSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'skipped', 'interrupted']);
export type RunState = z.infer<typeof runStateSchema>;

/** A run that will change no more. */
export const FINISHED_RUN_STATES = [
  'succeeded',
  'failed',
  'skipped',
  'interrupted',
] as const satisfies readonly RunState[];

export const stepAttemptSchema = z.object({
  attempt: z.number().int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  outcome: z.enum(['running', 'succeeded', 'waiting', 'failed', 'interrupted']),
  /** What the step did or waits for. */
  message: z.string().nullable(),
});
export type StepAttempt = z.infer<typeof stepAttemptSchema>;

export const runStepSchema = z.object({
  name: z.string(),
  dependsOn: z.array(z.string()),
  state: runStateSchema,
  attempts: z.array(stepAttemptSchema),
});
export type RunStep = z.infer<typeof runStepSchema>;

/** One run of a job. */
export const runSchema = z
  .object({
    id: z.uuid(),
    job: z.string(),
    state: runStateSchema,
    trigger: z.enum(['start', 'schedule', 'manual']),
    /** When it should have started and when it did. */
    scheduledAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    runner: z.string().nullable(),
    error: z.string().nullable(),
    steps: z.array(runStepSchema),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof runSchema>;

export const jobSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    /** The schedule in words. */
    schedule: z.string(),
    nextRunAt: z.iso.datetime().nullable(),
    lastRun: runSchema.nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

export const jobsSchema = z.object({ jobs: z.array(jobSchema) }).meta({ id: 'Jobs' });
export type Jobs = z.infer<typeof jobsSchema>;
export const runsSchema = z.object({ runs: z.array(runSchema) }).meta({ id: 'Runs' });
export type Runs = z.infer<typeof runsSchema>;

/** GET /runs?job&limit: newest first; limit 1 to 200. */
export const runsQuerySchema = z.strictObject({
  job: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be the name of a job')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;
