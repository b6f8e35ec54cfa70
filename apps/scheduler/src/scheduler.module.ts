import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from './clock';
import type { Engines } from './engines/engines';
import { EnvironmentModule } from './engines/environment.module';
import { JobsModule } from './jobs/jobs.module';
import { RunnerModule } from './runner/runner.module';
import { RunsModule } from './runs/runs.module';

/** The root of the scheduler. */
@Module({})
export class SchedulerModule {
  static register(engines: Engines, clock: Clock): DynamicModule {
    return {
      module: SchedulerModule,
      imports: [EnvironmentModule.register(engines, clock), RunsModule, JobsModule, RunnerModule],
    };
  }
}
