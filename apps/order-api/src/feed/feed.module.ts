import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { FeedController } from './feed.controller';
import { FeedService } from './feed.service';
import { OutboxListener } from './outbox-listener';

@Module({
  imports: [DatabaseModule],
  controllers: [FeedController],
  providers: [FeedService, OutboxListener],
})
export class FeedModule {}
