import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type ProducerStatus, producerStatusSchema } from '@orderpulse/contracts';
import { PublisherService } from '../publishing/publisher.service';

@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(@Inject(PublisherService) private readonly publisher: PublisherService) {}

  @Get()
  @ApiOperation({ summary: 'How far publishing has come' })
  @ApiOkResponse({ standardSchema: producerStatusSchema })
  read(): ProducerStatus {
    return this.publisher.status();
  }
}
