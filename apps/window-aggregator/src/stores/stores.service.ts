import { Injectable } from '@nestjs/common';
import {
  fromCents,
  STORE_NAMES,
  type StoreName,
  type Stores,
  type Windows,
  type WindowsQuery,
} from '@orderpulse/contracts';
import { BadRequestError } from '@orderpulse/service-kit';
import { listWindows, visibleRange, type Figures } from '@orderpulse/windowing';
import { Clock } from '../clock';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionsService } from '../partitions/partitions.service';
import { WINDOWS } from '../partitions/windows';

/** Most windows that one answer may range over. */
export const MAX_WINDOWS = 3_600;

/** What a window of each store holds; undefined when it holds nothing. */
const VALUES: Readonly<Record<StoreName, (figures: Figures) => number | undefined>> = {
  OrdersCountStore: ({ orders }) => orders || undefined,
  RevenueStore: ({ orders, revenueCents }) => (orders > 0 ? fromCents(revenueCents) : undefined),
  FraudCountStore: ({ fraud }) => fraud || undefined,
  DeliveredCountStore: ({ delivered }) => delivered || undefined,
  RefundedCountStore: ({ refunded }) => refunded || undefined,
};

/** The five window stores: one set of slices, looked at in five ways. */
@Injectable()
export class StoresService {
  constructor(
    private readonly partitions: PartitionsService,
    private readonly meta: AnswerMeta,
    private readonly clock: Clock,
  ) {}

  /** The stores with the range of windows that can be asked for. @throws UnavailableError */
  stores(): Stores {
    const meta = this.meta.of(this.clock.now());
    const range = visibleRange(WINDOWS, this.partitions.windows());
    const stores = STORE_NAMES.map((name) => ({
      name,
      windowSizeMs: WINDOWS.sizeMs,
      advanceMs: WINDOWS.advanceMs,
      graceMs: WINDOWS.graceMs,
      visibleFromMs: range?.oldestMs ?? null,
      visibleToMs: range?.newestMs ?? null,
    }));
    return { stores, partitions: this.partitions.all().map((held) => this.contents(held)), meta };
  }

  /**
   * Visible windows with from ≤ start < to that hold something, oldest first.
   * @throws BadRequestError when the range is empty or wider than MAX_WINDOWS windows; UnavailableError
   */
  windows(store: StoreName, { from, to }: WindowsQuery): Windows {
    const limitMs = MAX_WINDOWS * WINDOWS.advanceMs;
    if (to <= from) throw rangeError('to must be above from');
    if (to - from > limitMs) throw rangeError(`to may be at most ${limitMs} ms above from (${MAX_WINDOWS} windows)`);
    const meta = this.meta.of(this.clock.now());
    const windows = listWindows(WINDOWS, this.partitions.windows(), from, to).flatMap(({ startMs, endMs, figures }) => {
      const value = VALUES[store](figures);
      return value === undefined ? [] : [{ startMs, endMs, value }];
    });
    return { store, windows, meta };
  }

  private contents({ worker, state }: ReturnType<PartitionsService['all']>[number]): Stores['partitions'][number] {
    const { streamTimeMs, counters, sliceCount } = worker.windows;
    return {
      partition: worker.partition,
      state,
      slices: sliceCount,
      streamTimeMs: streamTimeMs < 0 ? null : streamTimeMs,
      counted: counters.counted,
      duplicate: counters.duplicate,
      late: counters.late,
      deadLettered: counters.deadLettered,
      lastCheckpointMs: worker.lastCheckpointMs,
    };
  }
}

function rangeError(message: string): BadRequestError {
  return new BadRequestError(message, [{ field: 'to', message }]);
}
