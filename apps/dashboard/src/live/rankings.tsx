'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFeed } from '../data/feed-provider';
import { formatCount, formatQuantity } from '../format/count';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/panel-frame';
import { Segmented } from '../ui/segmented';

const LISTS = ['items', 'categories', 'cities', 'states', 'coupons'] as const;
type List = (typeof LISTS)[number];
const LABELS: Readonly<Record<List, string>> = {
  items: 'Items',
  categories: 'Categories',
  cities: 'Cities',
  states: 'States',
  coupons: 'Coupons',
};

/** The five best of the last minute, five times: side by side, or one at a time on a narrow screen. */
export function Rankings() {
  const [shown, setShown] = useState<List>('items');
  const { queries } = useFeed();
  const popular = useQuery(queries.popular);
  const locations = useQuery(queries.locations);
  const coupons = useQuery(queries.coupons);
  const place = (list: List): string => (list === shown ? '' : 'max-md:hidden');
  const common = { note: 'last 60 s', skeleton: <RankingSkeleton /> };
  const asOf = (answer: { meta: { asOf: number } }): number => answer.meta.asOf;

  return (
    <div className="grid gap-3">
      <div className="overflow-x-auto md:hidden">
        <Segmented label="List" options={LISTS} labels={LABELS} value={shown} onChange={setShown} />
      </div>
      <div className="grid gap-3 md:grid-cols-2 lg:grid-cols-3 xl:grid-cols-[minmax(0,1.25fr)_repeat(4,minmax(0,1fr))]">
        <Panel
          {...common}
          title="Top items"
          query={popular}
          asOf={asOf}
          className={place('items')}
          empty={({ itemNames }) => none(itemNames, 'No item was ordered in the last minute')}
        >
          {({ itemNames }) => (
            <BarList
              rows={itemNames.map(({ itemName, quantity, orders }) => ({
                name: itemName,
                value: quantity,
                detail: `${formatQuantity(quantity, 'unit')} in ${formatQuantity(orders, 'order')}`,
              }))}
            />
          )}
        </Panel>
        <Panel
          {...common}
          title="Categories"
          query={popular}
          asOf={asOf}
          className={place('categories')}
          empty={({ categories }) => none(categories, 'No item was ordered in the last minute')}
        >
          {({ categories }) => (
            <BarList
              rows={categories.map(({ category, quantity, orders }) => ({
                name: category,
                value: quantity,
                detail: `${formatQuantity(quantity, 'unit')} in ${formatQuantity(orders, 'order')}`,
              }))}
            />
          )}
        </Panel>
        <Panel
          {...common}
          title="Cities"
          query={locations}
          asOf={asOf}
          className={place('cities')}
          empty={({ cities }) => none(cities, 'No order in the last minute')}
        >
          {({ cities }) => (
            <BarList
              rows={cities.map(({ city, totalOrders }) => ({
                name: city,
                value: totalOrders,
                detail: formatQuantity(totalOrders, 'order'),
              }))}
            />
          )}
        </Panel>
        <Panel
          {...common}
          title="States"
          query={locations}
          asOf={asOf}
          className={place('states')}
          empty={({ states }) => none(states, 'No order in the last minute')}
        >
          {({ states }) => (
            <BarList
              rows={states.map(({ state, totalOrders }) => ({
                name: state,
                value: totalOrders,
                detail: formatQuantity(totalOrders, 'order'),
              }))}
            />
          )}
        </Panel>
        <Panel
          {...common}
          title="Coupons"
          query={coupons}
          asOf={asOf}
          className={place('coupons')}
          empty={({ rows }) => none(rows, 'No coupon was used in the last minute')}
        >
          {({ rows }) => (
            <BarList
              rows={rows.map(({ coupon_code, times_used }) => ({
                name: coupon_code,
                value: times_used,
                detail: `used ${formatQuantity(times_used, 'time')}`,
              }))}
            />
          )}
        </Panel>
      </div>
    </div>
  );
}

const none = (rows: readonly unknown[], reason: string): string | null => (rows.length === 0 ? reason : null);

interface BarRow {
  name: string;
  value: number;
  /** The value in words. */
  detail: string;
}

/** Names and values, each over a bar of its share of the greatest. */
function BarList({ rows }: { rows: readonly BarRow[] }) {
  const greatest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ol className="grid content-start gap-1">
      {rows.map(({ name, value, detail }) => (
        <li key={name} className="flex h-[1.875rem] items-center gap-3" title={`${name}: ${detail}`}>
          <span className="relative flex h-full min-w-0 flex-1 items-center px-2">
            <span
              className="absolute inset-y-0 left-0 rounded-md bg-accent-tint"
              style={{ width: `${(value / greatest) * 100}%` }}
              aria-hidden="true"
            />
            <span className="relative truncate">{name}</span>
          </span>
          <span className="min-w-8 text-right font-medium">
            <span aria-hidden="true">{formatCount(value)}</span>
            <span className="sr-only">{detail}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function RankingSkeleton() {
  return (
    <div className="grid gap-1">
      {[100, 84, 72, 60, 48].map((width) => (
        <div key={width} style={{ width: `${width}%` }}>
          <Skeleton className="h-[1.875rem]" />
        </div>
      ))}
    </div>
  );
}
