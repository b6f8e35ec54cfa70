import { Module } from '@nestjs/common';
import { ServicesClient } from '../engines/services.client';
import { RunsModule } from '../runs/runs.module';
import { BootstrapJob } from './bootstrap/bootstrap.job';
import { type JobDefinition, JOBS } from './job';
import { JobsController } from './jobs.controller';
import { JobsService } from './jobs.service';
import { ReconciliationJob } from './reconciliation/reconciliation.job';
import { RetentionJob } from './retention/retention.job';

/** What there is to do. */
@Module({
  imports: [RunsModule],
  controllers: [JobsController],
  providers: [
    ServicesClient,
    BootstrapJob,
    RetentionJob,
    ReconciliationJob,
    {
      provide: JOBS,
      useFactory: (...jobs: JobDefinition[]): JobDefinition[] => jobs,
      inject: [BootstrapJob, RetentionJob, ReconciliationJob],
    },
    JobsService,
  ],
  exports: [JOBS],
})
export class JobsModule {}
