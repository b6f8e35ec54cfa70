import { Module } from '@nestjs/common';
import { Clock, HealthRegistry } from '@orderpulse/service-kit';
import { floorToSecond } from '../floor-to-second';
import { AggregatorClient } from './aggregator.client';

/** How the gateway reaches the window stores. */
@Module({ providers: [AggregatorClient], exports: [AggregatorClient] })
export class AggregatorModule {
  constructor(health: HealthRegistry, client: AggregatorClient, clock: Clock) {
    health.register('aggregator', async () => {
      await client.overview(floorToSecond(clock.now()));
    });
  }
}
