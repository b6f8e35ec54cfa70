import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { problemSchema, runSchema, runsQuerySchema, runsSchema } from '@orderpulse/contracts';
import type { Run, Runs, RunsQuery } from '@orderpulse/contracts';
import { RunsService } from './runs.service';

@ApiTags('runs')
@ApiServiceUnavailableResponse({ standardSchema: problemSchema, description: 'The history database does not answer' })
@Controller('runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @ApiOperation({ summary: 'Runs, newest first, with their steps and attempts' })
  @ApiQuery({ name: 'job', required: false, schema: { type: 'string' }, description: 'Only runs of this job' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } })
  @ApiOkResponse({ standardSchema: runsSchema })
  async list(@Query({ schema: runsQuerySchema }) query: RunsQuery): Promise<Runs> {
    return { runs: await this.runs.list(query) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One run' })
  @ApiOkResponse({ standardSchema: runSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  find(@Param('id') id: string): Promise<Run> {
    return this.runs.find(id);
  }
}
