import { Module } from '@nestjs/common';
import { AggregatorModule } from '../aggregator/aggregator.module';
import { SqlModule } from '../sql/sql.module';
import { FiguresController } from './figures.controller';
import { FiguresService } from './figures.service';

/** The routes under /orders that answer once. */
@Module({
  imports: [AggregatorModule, SqlModule],
  controllers: [FiguresController],
  providers: [FiguresService],
})
export class FiguresModule {}
