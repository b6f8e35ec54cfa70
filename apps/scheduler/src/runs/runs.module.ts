import { Module } from '@nestjs/common';
import { Database } from '../database/database';
import { RunRepository } from './run.repository';
import { RunsController } from './runs.controller';
import { RunsService } from './runs.service';

/** The history of runs and its database. */
@Module({
  controllers: [RunsController],
  providers: [Database, RunRepository, RunsService],
  exports: [Database, RunRepository],
})
export class RunsModule {}
