import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type ClickPage, clickPageSchema, type PageQuery, pageQuerySchema } from '@orderpulse/contracts';
import { ApiProblems } from '../api-problems';
import { ClickstreamService } from './clickstream.service';

@ApiTags('clickstream')
@Controller('clickstream')
export class ClickstreamController {
  constructor(private readonly clickstream: ClickstreamService) {}

  @Get()
  @ApiOperation({ summary: 'Clicks, newest first' })
  @ApiOkResponse({ standardSchema: clickPageSchema })
  @ApiProblems(400, 503)
  async page(@Query({ schema: pageQuerySchema }) query: PageQuery): Promise<ClickPage> {
    return this.clickstream.page(query);
  }
}
