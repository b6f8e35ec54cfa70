import { Module } from '@nestjs/common';
import { AggregatorModule } from '../aggregator/aggregator.module';
import { LiveController } from './live.controller';
import { LiveFeed } from './live-feed';

/** GET /orders/live. */
@Module({ imports: [AggregatorModule], controllers: [LiveController], providers: [LiveFeed] })
export class LiveModule {}
