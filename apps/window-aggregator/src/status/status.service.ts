import { Injectable } from '@nestjs/common';
import { fromCents, type AggregatorStatus, type PartitionStatus, type Totals } from '@orderpulse/contracts';
import { sumFigures, type Figures } from '@orderpulse/windowing';
import { Alarms } from '../partitions/alarms';
import { AnswerMeta } from '../partitions/answer-meta';
import { LogMonitor } from '../partitions/log-monitor';
import { PartitionsService, type HeldPartition } from '../partitions/partitions.service';

/** The account of every partition: what was read and what became of it. */
@Injectable()
export class StatusService {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly log: LogMonitor,
    private readonly meta: AnswerMeta,
    private readonly alarms: Alarms,
  ) {}

  status(): AggregatorStatus {
    const held = this.partitions.all();
    const partitions = held.map((each) => this.partitionStatus(each));
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
      lag: this.meta.totalLag(held),
      totals: toTotals(sumFigures(held.map(({ worker }) => worker.windows.totals))),
      alarms: [
        ...this.alarms.list(),
        ...this.partitions.problems(),
        ...(gap > 0 ? [`${gap} records were gone from the log before they were read; totals are without them`] : []),
      ],
    };
  }

  private partitionStatus(held: HeldPartition): PartitionStatus {
    const { worker, state } = held;
    const { streamTimeMs, counters, totals, sliceCount } = worker.windows;
    return {
      partition: worker.partition,
      state,
      streamTimeMs: streamTimeMs < 0 ? null : streamTimeMs,
      nextOffset: worker.nextOffset,
      checkpointOffset: worker.checkpointOffset,
      endOffset: this.log.endOf(worker.partition),
      lag: this.meta.lagOf(held),
      ...counters,
      gap: worker.gap,
      slices: sliceCount,
      lastCheckpointMs: worker.lastCheckpointMs,
      totals: toTotals(totals),
    };
  }
}

function toTotals({ orders, revenueCents, fraud, delivered, refunded }: Figures): Totals {
  return { orders, revenue: fromCents(revenueCents), fraud, delivered, refunded };
}
