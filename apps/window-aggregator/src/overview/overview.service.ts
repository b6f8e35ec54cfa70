import { Injectable } from '@nestjs/common';
import type { AsOfQuery, Overview } from '@orderpulse/contracts';
import { Clock } from '@orderpulse/service-kit';
import { DEFAULT_STORE } from '@orderpulse/windowing';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionViews, storeOver } from '../partitions/partition-views';
import { toPeriod } from '../partitions/period';
import { WindowNotVisibleError } from '../partitions/window-not-visible-error';

/** The six figures of the last minute and the one before, from memory. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly views: PartitionViews,
    private readonly meta: AnswerMeta,
    private readonly clock: Clock,
  ) {}

  /**
   * The windows [asOf − 60 s, asOf) and [asOf − 120 s, asOf − 60 s), asOf floored to the second.
   * @throws WindowNotVisibleError (410), UnavailableError
   */
  overview({ asOf }: AsOfQuery): Overview {
    const asOfMs = DEFAULT_STORE.windows.alignDown(asOf ?? this.clock.now());
    const views = this.views.all();
    const meta = this.meta.of(asOfMs, views);
    const { current, previous, visible } = storeOver(DEFAULT_STORE, views).pair(asOfMs);
    if (!visible) throw new WindowNotVisibleError(asOfMs);
    return { currentTimePeriod: toPeriod(current.figures), previousTimePeriod: toPeriod(previous.figures), meta };
  }
}
