import { Controller, Get, Header, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiGoneResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { asOfQuerySchema, overviewSchema, problemSchema, type AsOfQuery, type Overview } from '@orderpulse/contracts';
import { OverviewService } from './overview.service';

@ApiTags('figures')
@Controller('orders')
export class OverviewController {
  constructor(private readonly service: OverviewService) {}

  @Get('overview')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Six figures of the last minute and of the one before, over all partitions' })
  @ApiQuery({
    name: 'asOf',
    required: false,
    schema: { type: 'integer', format: 'int64' },
    description: 'Epoch ms, floored to the second; windows end at it (exclusive). Default: the wall clock.',
  })
  @ApiOkResponse({ standardSchema: overviewSchema })
  @ApiBadRequestResponse({ standardSchema: problemSchema, description: 'asOf is no time' })
  @ApiGoneResponse({ standardSchema: problemSchema, description: 'The windows have closed and expired' })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema, description: 'No store is open yet' })
  overview(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Overview {
    return this.service.overview(query);
  }
}
