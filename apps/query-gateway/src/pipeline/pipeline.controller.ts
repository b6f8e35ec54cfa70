import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { noQuerySchema, pipelineStatusSchema } from '@orderpulse/contracts';
import type { PipelineStatus } from '@orderpulse/contracts';
import { PipelineService } from './pipeline.service';

@ApiTags('pipeline')
@Controller('status')
export class PipelineController {
  constructor(private readonly pipeline: PipelineService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Every hop from the order API to the figures: its state, rate and lag' })
  @ApiOkResponse({ standardSchema: pipelineStatusSchema })
  status(@Query({ schema: noQuerySchema }) _query: Record<string, never>): Promise<PipelineStatus> {
    return this.pipeline.status();
  }
}
