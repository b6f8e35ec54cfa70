import type { Minute } from '@orderpulse/contracts';
import type { FigureName } from '../data/agreement';
import type { RisingIs } from '../format/change';
import { formatCount } from '../format/count';
import { centsOf, formatMoney, formatMoneyCompact } from '../format/money';

/** How one of the six figures is called, drawn and written. */
export interface FigureSpec {
  name: FigureName;
  label: string;
  risingIs: RisingIs;
  /** CSS variable of its colour, the same in every panel. */
  color: string;
  /** Short form for a tile or an axis. */
  short: (value: number) => string;
  /** Short form of a difference, without its sign. */
  shortChange: (value: number) => string;
  /** Exact form. */
  exact: (value: number) => string;
  /** Its value in a whole minute, for the sparkline; null when it has none (no average without orders). */
  ofMinute: (minute: Minute) => number | null;
}

const count = { short: formatCount, shortChange: formatCount, exact: formatCount };
const money = {
  short: (cents: number) => formatMoneyCompact(cents),
  shortChange: (cents: number) => formatMoneyCompact(cents, 100_000),
  exact: formatMoney,
};

/** The six figures in the order of the page. */
export const FIGURES: readonly FigureSpec[] = [
  { name: 'orders', label: 'Orders', risingIs: 'good', color: '--orders', ...count, ofMinute: ({ orders }) => orders },
  {
    name: 'revenueCents',
    label: 'Revenue',
    risingIs: 'good',
    color: '--revenue',
    ...money,
    ofMinute: ({ revenue }) => centsOf(revenue),
  },
  {
    name: 'averageCents',
    label: 'Average order',
    risingIs: 'good',
    color: '--average',
    ...money,
    ofMinute: ({ orders, revenue }) => (orders === 0 ? null : Math.round(centsOf(revenue) / orders)),
  },
  { name: 'fraud', label: 'Fraud', risingIs: 'bad', color: '--fraud', ...count, ofMinute: ({ fraud }) => fraud },
  {
    name: 'delivered',
    label: 'Delivered',
    risingIs: 'good',
    color: '--delivered',
    ...count,
    ofMinute: ({ delivered }) => delivered,
  },
  {
    name: 'refunded',
    label: 'Refunded',
    risingIs: 'bad',
    color: '--refunded',
    ...count,
    ofMinute: ({ refunded }) => refunded,
  },
];
