import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { JobsModule } from '../jobs/jobs.module';
import { RunsModule } from '../runs/runs.module';
import { JobRunner } from './job-runner';
import { RunnerService } from './runner.service';

/** Who does it, and when. */
@Module({ imports: [ScheduleModule.forRoot(), JobsModule, RunsModule], providers: [JobRunner, RunnerService] })
export class RunnerModule {}
