import { type DynamicModule, Module } from '@nestjs/common';
import { ClickstreamModule } from './clickstream/clickstream.module';
import { FeedModule } from './feed/feed.module';
import { OrdersModule } from './orders/orders.module';
import { RetentionModule } from './retention/retention.module';
import { ShopModule } from './shop/shop.module';
import { TasksModule } from './tasks/tasks.module';

@Module({})
export class OrderApiModule {
  static register(): DynamicModule {
    const imports = [OrdersModule, FeedModule, ShopModule, ClickstreamModule, TasksModule, RetentionModule];
    return { module: OrderApiModule, imports };
  }
}
