import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { ClickstreamController } from './clickstream.controller';
import { ClickstreamService } from './clickstream.service';

@Module({
  imports: [DatabaseModule],
  controllers: [ClickstreamController],
  providers: [ClickstreamService],
  exports: [ClickstreamService],
})
export class ClickstreamModule {}
