import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ORDERS_TOPIC } from '@orderpulse/contracts';
import { BatchPattern, type EventLogBatch, EventLogContext } from '@orderpulse/event-log';
import { PartitionsService } from '../partitions/partitions.service';

/** Receives the batches of the orders topic from the event log's transport. */
@Controller()
export class OrdersController {
  constructor(private readonly partitions: PartitionsService) {}

  /** What it throws ends consumption, and with it the process. */
  @BatchPattern(ORDERS_TOPIC)
  async onBatch(@Payload() batch: EventLogBatch, @Ctx() context: EventLogContext): Promise<void> {
    await this.partitions.onBatch(batch, context);
  }
}
