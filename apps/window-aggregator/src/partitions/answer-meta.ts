import { Injectable } from '@nestjs/common';
import type { Meta } from '@orderpulse/contracts';
import { UnavailableError } from '@orderpulse/service-kit';
import { SnapshotFollower } from '../snapshots/snapshot-follower';
import { LogMonitor } from './log-monitor';
import { PartitionsService } from './partitions.service';
import { PartitionViews, type PartitionView } from './partition-views';
import { PauseDetector } from './pause-detector';

/** Says of every answer where it comes from and how far it can be trusted. */
@Injectable()
export class AnswerMeta {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly views: PartitionViews,
    private readonly follower: SnapshotFollower,
    private readonly log: LogMonitor,
    private readonly pauses: PauseDetector,
  ) {}

  /**
   * @param views what the answer is made of, all of it
   * @throws UnavailableError while no partition is known: zeros would look like an idle shop; or after a long pause, until
   * it is known again who owns what
   */
  of(asOfMs: number, views: readonly PartitionView[]): Meta {
    if (views.length === 0) {
      throw new UnavailableError('The window stores are not open yet.', {
        code: 'STORES_STARTING',
        retryAfterSeconds: 1,
      });
    }
    if (this.isOutOfTouch()) {
      throw new UnavailableError('This instance was held up and is looking who owns its partitions now.', {
        code: 'STALE_INSTANCE',
        retryAfterSeconds: 1,
      });
    }
    const newest = Math.max(...views.map(({ windows }) => windows.streamTimeMs));
    return {
      asOf: asOfMs,
      source: 'stores',
      watermarkMs: newest < 0 ? null : newest,
      lag: this.totalLag(views),
      late: views.reduce((sum, { windows }) => sum + windows.counters.late, 0),
      partial: this.isPartial(views),
    };
  }

  /** Records of a partition that its figures are without; null while the log does not say how many it has. */
  lagOf({ partition, knownEnd, nextOffset }: PartitionView): number | null {
    const end = this.log.endOf(partition);
    // The end is up to a second old; what has been read since is no negative lag.
    return end === null ? null : Math.max(0, Math.max(end, knownEnd ?? 0) - nextOffset);
  }

  /** Sum over the partitions; null when one is unknown. */
  totalLag(views: readonly PartitionView[]): number | null {
    return views
      .map((view) => this.lagOf(view))
      .reduce((sum, lag) => (sum === null || lag === null ? null : sum + lag), 0);
  }

  /**
   * A partition without any view is missing. One whose owner publishes nothing grows old, unless the log is away: then nobody reads,
   * and it is all there is.
   */
  private isPartial(views: readonly PartitionView[]): boolean {
    if (views.length < this.log.partitionCount) return true;
    return views.some((view) => this.views.isStale(view) && this.log.endOf(view.partition) !== null);
  }

  private isOutOfTouch(): boolean {
    const { resumedAtMs } = this.pauses;
    if (resumedAtMs === 0) return false;
    const inTouch =
      this.partitions.isMember &&
      this.log.answeredAtMs > resumedAtMs &&
      this.follower.partitions().every((partition) => (this.follower.currentAtMs(partition) ?? 0) > resumedAtMs);
    return !inTouch;
  }
}
