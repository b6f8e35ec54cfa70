import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** The process's Prometheus registry, served at /metrics. Make counters and gauges with `registers: [metrics.registry]`. */
@Injectable()
export class MetricsRegistry {
  readonly registry = new Registry();

  constructor() {
    // At the default of 10 ms its timer alone would be most of what an idle process does.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
  }
}
