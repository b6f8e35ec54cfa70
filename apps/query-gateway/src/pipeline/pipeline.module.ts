import { Module } from '@nestjs/common';
import { AggregatorModule } from '../aggregator/aggregator.module';
import { IngestionModule } from '../ingestion/ingestion.module';
import { EngineProbes } from './engine-probes';
import { PipelineController } from './pipeline.controller';
import { PipelineService } from './pipeline.service';
import { ServiceProbes } from './service-probes';

/** GET /status. */
@Module({
  imports: [AggregatorModule, IngestionModule],
  controllers: [PipelineController],
  providers: [PipelineService, ServiceProbes, EngineProbes],
})
export class PipelineModule {}
