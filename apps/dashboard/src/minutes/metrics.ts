import type { Minute } from '@orderpulse/contracts';
import { formatCount } from '../format/count';
import { centsOf, formatMoney, formatMoneyTick } from '../format/money';

/** Lines of the chart, as they are named in `?lines=`. */
export const METRICS = ['orders', 'revenue', 'fraud', 'delivered', 'refunded'] as const;
export type Metric = (typeof METRICS)[number];

export interface MetricSpec {
  label: string;
  /** CSS variable of its colour. */
  color: string;
  /** Money has an axis of its own on the right. */
  axis: 'count' | 'money';
  /** In cents for money. */
  valueOf: (minute: Minute) => number;
  exact: (value: number) => string;
  /** Short form for the axis. */
  tick: (value: number) => string;
}

const count = { axis: 'count', exact: formatCount, tick: formatCount } as const;

export const METRIC_SPECS: Readonly<Record<Metric, MetricSpec>> = {
  orders: { label: 'Orders', color: '--orders', ...count, valueOf: ({ orders }) => orders },
  revenue: {
    label: 'Revenue',
    color: '--revenue',
    axis: 'money',
    valueOf: ({ revenue }) => centsOf(revenue),
    exact: formatMoney,
    tick: formatMoneyTick,
  },
  fraud: { label: 'Fraud', color: '--fraud', ...count, valueOf: ({ fraud }) => fraud },
  delivered: { label: 'Delivered', color: '--delivered', ...count, valueOf: ({ delivered }) => delivered },
  refunded: { label: 'Refunded', color: '--refunded', ...count, valueOf: ({ refunded }) => refunded },
};

/** What `?range=` may be, in minutes of the chart. */
export const RANGES = ['15m', '30m', '1h'] as const;
export type Range = (typeof RANGES)[number];
export const RANGE_MINUTES: Readonly<Record<Range, number>> = { '15m': 15, '30m': 30, '1h': 60 };
export const RANGE_LABELS: Readonly<Record<Range, string>> = { '15m': '15 m', '30m': '30 m', '1h': '1 h' };
