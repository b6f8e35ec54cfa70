import { Module } from '@nestjs/common';
import { ConsumeModule } from './consume/consume.module';
import { AggregatorMetrics } from './metrics/aggregator-metrics';
import { OverviewModule } from './overview/overview.module';
import { PartitionsModule } from './partitions/partitions.module';
import { StatusModule } from './status/status.module';
import { StoresModule } from './stores/stores.module';

@Module({
  imports: [PartitionsModule, ConsumeModule, OverviewModule, StoresModule, StatusModule],
  providers: [AggregatorMetrics],
})
export class AggregatorModule {
  // Asks for the metrics so that they are made, and registered, with the application.
  constructor(readonly metrics: AggregatorMetrics) {}
}
