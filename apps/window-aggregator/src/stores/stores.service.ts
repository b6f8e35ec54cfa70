import { Inject, Injectable } from '@nestjs/common';
import {
  fromCents,
  MAX_WINDOWS,
  STORE_NAMES,
  type FigureWindows,
  type StoreName,
  type Stores,
  type TopGroups,
  type TopQuery,
  type Windows,
  type WindowsQuery,
} from '@orderpulse/contracts';
import { BadRequestError, Clock, CONFIG } from '@orderpulse/service-kit';
import {
  DEFAULT_STORE,
  type Figures,
  type StoreView,
  type WindowFigures,
  type WindowStoreDefinition,
} from '@orderpulse/windowing';
import type { AggregatorConfig } from '../config';
import { AnswerMeta } from '../partitions/answer-meta';
import { PartitionViews, storeOver, type PartitionView } from '../partitions/partition-views';
import { toPeriod } from '../partitions/period';
import { WindowNotVisibleError } from '../partitions/window-not-visible-error';
import { StoreNotFoundError } from './store-not-found-error';

/** What a window of each store over the default windows holds; undefined when it holds nothing. */
const VALUES: Readonly<Record<StoreName, (figures: Figures) => number | undefined>> = {
  OrdersCountStore: ({ orders }) => orders || undefined,
  RevenueStore: ({ orders, revenueCents }) => (orders > 0 ? fromCents(revenueCents) : undefined),
  FraudCountStore: ({ fraud }) => fraud || undefined,
  DeliveredCountStore: ({ delivered }) => delivered || undefined,
  RefundedCountStore: ({ refunded }) => refunded || undefined,
};

/** The window stores: five ways to look at the default one, and the further ones. */
@Injectable()
export class StoresService {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<AggregatorConfig, 'WINDOW_STORES'>,
    private readonly views: PartitionViews,
    private readonly meta: AnswerMeta,
    private readonly clock: Clock,
  ) {}

  /** The stores with the range of windows that can be asked for. @throws UnavailableError */
  stores(): Stores {
    const views = this.views.all();
    const meta = this.meta.of(this.clock.now(), views);
    const further = this.config.WINDOW_STORES.all.filter((definition) => definition !== DEFAULT_STORE);
    return {
      stores: [
        ...STORE_NAMES.map((name) => ({ ...describe(DEFAULT_STORE, views), name })),
        ...further.map((definition) => describe(definition, views)),
      ],
      partitions: views.map(contentsOf),
      meta,
    };
  }

  /**
   * Visible windows of a store in a range of starts (of a cumulative store, of starts of last steps) that hold something.
   * @throws StoreNotFoundError; BadRequestError when the store does not group, when the range is empty or wider than
   * MAX_WINDOWS windows, or the answer would have more rows; UnavailableError
   */
  windows(store: string, { from, to, group }: WindowsQuery): Windows | FigureWindows {
    const definition = this.definitionOf(store);
    const { sliceMs } = definition.windows;
    const limitMs = MAX_WINDOWS * sliceMs;
    if (to <= from) throw badRequest('to', 'to must be above from');
    if (to - from > limitMs)
      throw badRequest('to', `to may be at most ${limitMs} ms above from (${MAX_WINDOWS} windows)`);
    if (group !== undefined && definition.groupBy === 'none')
      throw badRequest('group', `the store ${store} does not group`);
    const views = this.views.all();
    const meta = this.meta.of(this.clock.now(), views);
    const view = storeOver(definition, views);
    const about = { ...visibleWindows(definition, view), meta };
    const listed = (name?: string) => view.list(Math.ceil(from / sliceMs), Math.ceil(to / sliceMs), name);
    if (isDefaultStore(store)) return { store, windows: withValues(listed(), VALUES[store]), ...about };
    if (definition.groupBy === 'none') return { store, windows: listed().map((each) => toRow(each, null)), ...about };
    const windows: FigureWindows['windows'] = [];
    for (const name of group === undefined ? view.groupNames() : [group]) {
      for (const each of listed(name)) windows.push(toRow(each, name));
      if (windows.length > MAX_WINDOWS)
        throw badRequest(
          'group',
          `the answer would have more than ${MAX_WINDOWS} rows: ask for a group, or for less time`,
        );
    }
    return { store, windows, ...about };
  }

  /**
   * The groups of a store with most in the window that ends at `at`, floored to the advance or step.
   * @throws StoreNotFoundError; BadRequestError when it does not group; WindowNotVisibleError (410), UnavailableError
   */
  top(store: string, { at, by, k }: TopQuery): TopGroups {
    const definition = this.definitionOf(store);
    if (definition.groupBy === 'none') throw badRequest('store', `the store ${store} does not group`);
    const asOfMs = definition.windows.alignDown(at ?? this.clock.now());
    const views = this.views.all();
    const meta = this.meta.of(asOfMs, views);
    const window = definition.windows.windowEndingAt(asOfMs);
    const view = storeOver(definition, views);
    if (!view.isVisible(window)) throw new WindowNotVisibleError(asOfMs);
    const groups = view
      .top(window, by === 'orders' ? 'orders' : 'revenueCents', k)
      .map(({ group, figures }) => ({ group, ...toPeriod(figures) }));
    return { store, ...definition.windows.boundsOf(window), by, groups, meta };
  }

  private definitionOf(store: string): WindowStoreDefinition {
    if (isDefaultStore(store)) return DEFAULT_STORE;
    const { further, all } = this.config.WINDOW_STORES;
    const found = all.find((definition) => definition !== DEFAULT_STORE && definition.name === store);
    if (found) return found;
    const names = [...STORE_NAMES, ...further.map(({ name }) => name)];
    throw new StoreNotFoundError(store, names);
  }
}

function isDefaultStore(store: string): store is StoreName {
  return (STORE_NAMES as readonly string[]).includes(store);
}

function describe(definition: WindowStoreDefinition, views: readonly PartitionView[]): Stores['stores'][number] {
  const { name, windows, groupBy } = definition;
  const view = storeOver(definition, views);
  return {
    name,
    window: windows.spec,
    groupBy,
    windowSizeMs: windows.sizeMs,
    advanceMs: windows.sliceMs,
    graceMs: windows.graceMs,
    ...visibleWindows(definition, view),
    groups: groupBy === 'none' ? null : view.groupNames().length,
    late: view.lateCount(),
  };
}

function visibleWindows(
  { windows: { sliceMs } }: WindowStoreDefinition,
  view: StoreView,
): Pick<Windows, 'visibleFromMs' | 'visibleToMs'> {
  const visible = view.visibleWindows();
  return {
    visibleFromMs: visible ? visible.oldest * sliceMs : null,
    visibleToMs: visible ? visible.newest * sliceMs : null,
  };
}

function contentsOf({ partition, state, windows, lastCheckpointMs }: PartitionView): Stores['partitions'][number] {
  const { streamTimeMs, counters, sliceCount } = windows;
  return {
    partition,
    state,
    slices: sliceCount,
    streamTimeMs: streamTimeMs < 0 ? null : streamTimeMs,
    counted: counters.counted,
    duplicate: counters.duplicate,
    late: counters.late,
    deadLettered: counters.deadLettered,
    lastCheckpointMs,
  };
}

function withValues(listed: readonly WindowFigures[], valueOf: (figures: Figures) => number | undefined) {
  return listed.flatMap(({ startMs, endMs, figures }) => {
    const value = valueOf(figures);
    return value === undefined ? [] : [{ startMs, endMs, value }];
  });
}

function toRow({ startMs, endMs, figures }: WindowFigures, group: string | null): FigureWindows['windows'][number] {
  return { startMs, endMs, group, ...toPeriod(figures) };
}

function badRequest(field: string, message: string): BadRequestError {
  return new BadRequestError(message, [{ field, message }]);
}
