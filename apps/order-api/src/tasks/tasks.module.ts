import { Module } from '@nestjs/common';
import { ClickstreamModule } from '../clickstream/clickstream.module';
import { DatabaseModule } from '../database/database.module';
import { OrdersModule } from '../orders/orders.module';
import { ShopModule } from '../shop/shop.module';
import { GenerateService } from './generate.service';
import { ReplayService } from './replay/replay.service';
import { TaskQueue } from './task-queue';
import { TasksController } from './tasks.controller';
import { TaskStore } from './task-store';

@Module({
  imports: [DatabaseModule, OrdersModule, ShopModule, ClickstreamModule],
  controllers: [TasksController],
  providers: [TaskStore, TaskQueue, GenerateService, ReplayService],
})
export class TasksModule {}
