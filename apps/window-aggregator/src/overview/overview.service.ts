import { Injectable } from '@nestjs/common';
import {
  averageCents,
  fromCents,
  WINDOW_NOT_VISIBLE,
  type AsOfQuery,
  type Overview,
  type Period,
} from '@orderpulse/contracts';
import { AppError } from '@orderpulse/service-kit';
import { windowPair, type Figures } from '@orderpulse/windowing';
import { Clock } from '../clock';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionsService } from '../partitions/partitions.service';
import { WINDOWS } from '../partitions/windows';

/** The windows asked for have expired in the stores; a store of history may still know them. */
export class WindowNotVisibleError extends AppError {
  constructor(asOfMs: number) {
    super(`The windows that end at ${asOfMs} are no longer in the stores.`, { code: WINDOW_NOT_VISIBLE, status: 410 });
  }
}

/** The six figures of the last minute and the one before, from memory. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly meta: AnswerMeta,
    private readonly clock: Clock,
  ) {}

  /**
   * The windows [asOf − 60 s, asOf) and [asOf − 120 s, asOf − 60 s), asOf floored to the second.
   * @throws WindowNotVisibleError (410), UnavailableError
   */
  overview({ asOf }: AsOfQuery): Overview {
    const asOfMs = WINDOWS.alignDown(asOf ?? this.clock.now());
    const meta = this.meta.of(asOfMs);
    const { current, previous, visible } = windowPair(WINDOWS, this.partitions.windows(), asOfMs);
    if (!visible) throw new WindowNotVisibleError(asOfMs);
    return { currentTimePeriod: toPeriod(current.figures), previousTimePeriod: toPeriod(previous.figures), meta };
  }
}

function toPeriod({ orders, revenueCents, fraud, delivered, refunded }: Figures): Period {
  return {
    orders,
    totalRevenue: fromCents(revenueCents),
    avgOrderValue: fromCents(averageCents(revenueCents, orders)),
    fraudCount: fraud,
    deliveredCount: delivered,
    refundedCount: refunded,
  };
}
