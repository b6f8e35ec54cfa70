import { Module } from '@nestjs/common';
import { clockProvider } from '../clock';
import { DatabaseModule } from '../database/database.module';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';
import { Timeline } from './timeline';

@Module({
  imports: [DatabaseModule],
  controllers: [OrdersController],
  providers: [OrdersService, Timeline, clockProvider],
  exports: [Timeline],
})
export class OrdersModule {}
