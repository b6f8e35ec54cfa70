import type { RunState, StepAttempt, Run } from '@orderpulse/contracts';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from 'typeorm';

export const SCHEDULER_SCHEMA = 'scheduler';

/** One run of a job; at most one of a job is queued or running (a unique index of the migration sees to it). */
@Entity({ schema: SCHEDULER_SCHEMA, name: 'runs' })
export class RunEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  job!: string;

  @Column('text')
  state!: RunState;

  @Column('text')
  trigger!: Run['trigger'];

  @Column('timestamptz', { name: 'scheduled_at' })
  scheduledAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  /** The scheduler process that ran it. */
  @Column('text', { nullable: true })
  runner!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @OneToMany('StepEntity', 'run')
  steps!: StepEntity[];
}

@Entity({ schema: SCHEDULER_SCHEMA, name: 'steps' })
export class StepEntity {
  @PrimaryColumn('uuid', { name: 'run_id' })
  runId!: string;

  @PrimaryColumn('text')
  name!: string;

  /** Its place in the job's declaration, from 0. */
  @Column('integer')
  position!: number;

  @Column('text', { name: 'depends_on', array: true })
  dependsOn!: string[];

  @Column('text')
  state!: RunState;

  @ManyToOne(() => RunEntity, (run) => run.steps)
  @JoinColumn({ name: 'run_id' })
  run!: RunEntity;

  @OneToMany('AttemptEntity', 'step')
  attempts!: AttemptEntity[];
}

@Entity({ schema: SCHEDULER_SCHEMA, name: 'attempts' })
export class AttemptEntity {
  @PrimaryColumn('uuid', { name: 'run_id' })
  runId!: string;

  @PrimaryColumn('text', { name: 'step_name' })
  stepName!: string;

  /** From 1. */
  @PrimaryColumn('integer')
  attempt!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('text')
  outcome!: StepAttempt['outcome'];

  @Column('text', { nullable: true })
  message!: string | null;

  @ManyToOne(() => StepEntity, (step) => step.attempts)
  @JoinColumn([
    { name: 'run_id', referencedColumnName: 'runId' },
    { name: 'step_name', referencedColumnName: 'name' },
  ])
  step!: StepEntity;
}
