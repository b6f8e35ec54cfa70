import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '@orderpulse/service-kit';
import { Gauge } from 'prom-client';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionsService, type HeldPartition } from '../partitions/partitions.service';

/** The partitions' state as Prometheus gauges, read when they are scraped. */
@Injectable()
export class AggregatorMetrics {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly partitions: PartitionsService,
    meta: AnswerMeta,
  ) {
    this.perOutcome();
    this.perPartition('lag_records', 'Records on the topic that are not read yet', (held) => meta.lagOf(held));
    this.perPartition('stream_time_seconds', 'Largest event time read, epoch seconds', ({ worker }) =>
      worker.windows.streamTimeMs < 0 ? null : worker.windows.streamTimeMs / 1_000,
    );
    this.perPartition(
      'gap_records',
      'Records that were gone from the log before they were read',
      ({ worker }) => worker.gap,
    );
    this.perPartition(
      'slices',
      'Seconds that hold something and have not expired',
      ({ worker }) => worker.windows.sliceCount,
    );
    this.perPartition('last_checkpoint_seconds', 'Time of the last checkpoint, epoch seconds', ({ worker }) =>
      worker.lastCheckpointMs === null ? null : worker.lastCheckpointMs / 1_000,
    );
    this.perPartition('checkpoint_failing', '1 while checkpoints fail', ({ checkpointer }) =>
      checkpointer.problem === null ? 0 : 1,
    );
  }

  private perOutcome(): void {
    const { partitions } = this;
    new Gauge({
      name: 'orderpulse_aggregator_records',
      help: 'Records since ever by what became of them; read is the sum of the others',
      labelNames: ['partition', 'outcome'],
      registers: [this.metrics.registry],
      collect() {
        for (const { worker } of partitions.all()) {
          for (const [outcome, count] of Object.entries(worker.windows.counters))
            this.set({ partition: worker.partition, outcome }, count);
        }
      },
    });
  }

  private perPartition(name: string, help: string, value: (held: HeldPartition) => number | null): void {
    const { partitions } = this;
    new Gauge({
      name: `orderpulse_aggregator_${name}`,
      help,
      labelNames: ['partition'],
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const held of partitions.all()) {
          const current = value(held);
          if (current !== null) this.set({ partition: held.worker.partition }, current);
        }
      },
    });
  }
}
