import { Module } from '@nestjs/common';
import { ENGINES } from './engines/engines';
import { FiguresModule } from './figures/figures.module';
import { LiveModule } from './live/live.module';
import { PipelineModule } from './pipeline/pipeline.module';

/** The root of the query gateway. */
@Module({ imports: [...ENGINES, LiveModule, FiguresModule, PipelineModule] })
export class QueryGatewayModule {}
