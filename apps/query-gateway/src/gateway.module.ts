import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from './clock';
import type { Engines } from './engines/engines';
import { EnvironmentModule } from './engines/environment.module';
import { FiguresModule } from './figures/figures.module';
import { LiveModule } from './live/live.module';
import { PipelineModule } from './pipeline/pipeline.module';

/** The root of the query gateway. */
@Module({})
export class GatewayModule {
  static register(engines: Engines, clock: Clock): DynamicModule {
    return {
      module: GatewayModule,
      imports: [EnvironmentModule.register(engines, clock), LiveModule, FiguresModule, PipelineModule],
    };
  }
}
