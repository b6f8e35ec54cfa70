import { Module } from '@nestjs/common';
import { ENGINES } from './engines/engines';
import { JobsModule } from './jobs/jobs.module';
import { RunnerModule } from './runner/runner.module';
import { RunsModule } from './runs/runs.module';

/** The root of the scheduler. */
@Module({ imports: [...ENGINES, RunsModule, JobsModule, RunnerModule] })
export class SchedulerModule {}
