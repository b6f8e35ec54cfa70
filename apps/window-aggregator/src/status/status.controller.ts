import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { aggregatorStatusSchema, type AggregatorStatus } from '@orderpulse/contracts';
import { StatusService } from './status.service';

@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(private readonly service: StatusService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Per partition: read = counted + duplicate + late + dead-lettered, offsets, lag, stream time, totals, gap',
  })
  @ApiOkResponse({ standardSchema: aggregatorStatusSchema })
  status(): AggregatorStatus {
    return this.service.status();
  }
}
