import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pipelineStatusSchema } from '@orderpulse/contracts';
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
  status(): Promise<PipelineStatus> {
    return this.pipeline.status();
  }
}
