import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '@orderpulse/service-kit';
import { Counter, Gauge } from 'prom-client';
import { IngestLag } from './ingest-lag';

/** What the ingestion counts. */
@Injectable()
export class IngestMetrics {
  readonly records: Counter<'outcome'>;
  readonly gap: Counter;
  readonly restarts: Counter;

  constructor({ registry }: MetricsRegistry, lag: IngestLag) {
    const registers = [registry];
    this.records = new Counter({
      name: 'orderpulse_sql_ingest_records_total',
      help: 'Records read from the topic into the SQL tables, by what became of them',
      labelNames: ['outcome'],
      registers,
    });
    this.gap = new Counter({
      name: 'orderpulse_sql_ingest_gap_total',
      help: 'Records that had left the topic before they were read',
      registers,
    });
    this.restarts = new Counter({
      name: 'orderpulse_sql_ingest_restarts_total',
      help: 'Times the ingestion had to begin again after an error',
      registers,
    });
    new Gauge({
      name: 'orderpulse_sql_ingest_lag_records',
      help: 'Records on the topic that are not in the SQL tables',
      registers,
      collect(): void {
        this.set(lag.records() ?? 0);
      },
    });
  }
}
