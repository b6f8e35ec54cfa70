import { Injectable } from '@nestjs/common';
import { fromCents, type AggregatorStatus, type PartitionStatus, type Totals } from '@orderpulse/contracts';
import { sumFigures, type Figures } from '@orderpulse/windowing';
import { Alarms } from '../partitions/alarms';
import { AnswerMeta } from '../partitions/answer-meta';
import { LogMonitor } from '../partitions/log-monitor';
import { PartitionsService } from '../partitions/partitions.service';
import { PartitionViews, type PartitionView } from '../partitions/partition-views';

/** The account of every partition: what was read and what became of it. */
@Injectable()
export class StatusService {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly views: PartitionViews,
    private readonly log: LogMonitor,
    private readonly meta: AnswerMeta,
    private readonly alarms: Alarms,
  ) {}

  status(): AggregatorStatus {
    const views = this.views.all();
    const partitions = views.map((view) => this.partitionStatus(view));
    const sum = (field: 'read' | 'counted' | 'duplicate' | 'late' | 'deadLettered' | 'gap') =>
      partitions.reduce((total, partition) => total + partition[field], 0);
    const gap = sum('gap');
    return {
      partitions,
      read: sum('read'),
      counted: sum('counted'),
      duplicate: sum('duplicate'),
      late: sum('late'),
      deadLettered: sum('deadLettered'),
      gap,
      lag: this.meta.totalLag(views),
      totals: toTotals(sumFigures(views.map(({ windows }) => windows.totals))),
      alarms: [
        ...this.alarms.list(),
        ...this.partitions.problems(),
        ...(gap > 0 ? [`${gap} records were gone from the log before they were read; totals are without them`] : []),
      ],
    };
  }

  private partitionStatus(view: PartitionView): PartitionStatus {
    const { partition, state, windows, nextOffset, checkpointOffset, lastCheckpointMs, gap } = view;
    const { streamTimeMs, counters, totals, sliceCount } = windows;
    return {
      partition,
      state,
      streamTimeMs: streamTimeMs < 0 ? null : streamTimeMs,
      nextOffset,
      checkpointOffset,
      endOffset: this.log.endOf(partition),
      lag: this.meta.lagOf(view),
      ...counters,
      gap,
      slices: sliceCount,
      lastCheckpointMs,
      totals: toTotals(totals),
    };
  }
}

function toTotals({ orders, revenueCents, fraud, delivered, refunded }: Figures): Totals {
  return { orders, revenue: fromCents(revenueCents), fraud, delivered, refunded };
}
