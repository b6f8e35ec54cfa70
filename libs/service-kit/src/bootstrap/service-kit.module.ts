import { Global, Module } from '@nestjs/common';
import { HealthController } from '../health/health.controller';
import { HealthRegistry } from '../health/health.registry';
import { MetricsController } from '../metrics/metrics.controller';
import { MetricsRegistry } from '../metrics/metrics.registry';
import { Clock } from '../time/clock';

/** What every service has: health, metrics and the clock. Global, as configuration is: each module may register a check. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [Clock, HealthRegistry, MetricsRegistry],
  exports: [Clock, HealthRegistry, MetricsRegistry],
})
export class ServiceKitModule {}
