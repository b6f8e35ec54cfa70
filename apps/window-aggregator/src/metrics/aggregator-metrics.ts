import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '@orderpulse/service-kit';
import { Gauge } from 'prom-client';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionsService } from '../partitions/partitions.service';
import { PartitionViews, type PartitionView } from '../partitions/partition-views';

/** The partitions' state as Prometheus gauges, read when they are scraped. */
@Injectable()
export class AggregatorMetrics {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly partitions: PartitionsService,
    private readonly views: PartitionViews,
    meta: AnswerMeta,
  ) {
    this.perOutcome();
    this.perPartition('lag_records', 'Records on the topic that are not read yet', (view) => meta.lagOf(view));
    this.perPartition('stream_time_seconds', 'Largest event time read, epoch seconds', ({ windows }) =>
      windows.streamTimeMs < 0 ? null : windows.streamTimeMs / 1_000,
    );
    this.perPartition('gap_records', 'Records that were gone from the log before they were read', ({ gap }) => gap);
    this.perPartition(
      'slices',
      'Seconds that hold something and have not expired',
      ({ windows }) => windows.sliceCount,
    );
    this.perPartition(
      'last_checkpoint_seconds',
      'Time of the last checkpoint, epoch seconds',
      ({ lastCheckpointMs }) => (lastCheckpointMs === null ? null : lastCheckpointMs / 1_000),
    );
    this.perPartition('owned', '1 for a partition that this instance reads', ({ state }) =>
      state === 'running' ? 1 : 0,
    );
    this.perPartition('checkpoint_failing', '1 while checkpoints fail', ({ partition }) => {
      const checkpointer = this.partitions.get(partition)?.checkpointer;
      return checkpointer ? (checkpointer.problem === null ? 0 : 1) : null;
    });
  }

  private perOutcome(): void {
    const { views } = this;
    new Gauge({
      name: 'orderpulse_aggregator_records',
      help: 'Records since ever by what became of them; read is the sum of the others',
      labelNames: ['partition', 'outcome'],
      registers: [this.metrics.registry],
      collect() {
        for (const { partition, windows } of views.all()) {
          for (const [outcome, count] of Object.entries(windows.counters)) this.set({ partition, outcome }, count);
        }
      },
    });
  }

  private perPartition(name: string, help: string, value: (view: PartitionView) => number | null): void {
    const { views } = this;
    new Gauge({
      name: `orderpulse_aggregator_${name}`,
      help,
      labelNames: ['partition'],
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const view of views.all()) {
          const current = value(view);
          if (current !== null) this.set({ partition: view.partition }, current);
        }
      },
    });
  }
}
