'use client';

import type { LatestOrders } from '@orderpulse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useFeed } from '../data/feed-provider';
import { formatCount, formatQuantity } from '../format/count';
import { formatInCurrency } from '../format/money';
import { formatDateTime, formatSecond, zoneName, type Zone } from '../format/time';
import { useZone } from '../shell/use-zone';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/panel-frame';
import { CopyButton } from './copy-button';
import { downloadCsv } from './orders-csv';
import { useHeldRows } from './use-held-rows';

type LatestOrder = LatestOrders['rows'][number];

const idOf = ({ orderId }: LatestOrder): string => orderId;
const ROW_COUNT = 10;

/** The ten newest orders. While one is hovered or focused the rows stand still and new ones wait. */
export function LatestOrdersPanel() {
  const { queries } = useFeed();
  const [zone] = useZone();
  const latest = useQuery(queries.latest);
  const { rows, arrived, waiting, hold, release } = useHeldRows(latest.data?.rows, idOf);
  const asOfMs = latest.data?.meta.asOf;

  return (
    <Panel
      title="Latest orders"
      note={asOfMs === undefined ? 'newest first' : `times in ${zoneName(asOfMs, zone)}`}
      query={latest}
      asOf={({ meta }) => meta.asOf}
      empty={({ rows: all }) => (all.length === 0 ? 'No order has been placed yet' : null)}
      skeleton={<Skeleton className="h-[23.25rem]" />}
      actions={
        <>
          {waiting > 0 ? (
            <button
              type="button"
              onClick={release}
              className="h-7 rounded-full bg-accent px-3 text-xs font-medium text-on-accent max-md:h-11"
            >
              {waiting} new · resume
            </button>
          ) : null}
          <button
            type="button"
            onClick={() => downloadCsv(rows)}
            disabled={rows.length === 0}
            className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-soft hover:bg-quiet-tint max-md:h-11"
          >
            <Icon name="download" className="size-3.5" /> CSV
          </button>
        </>
      }
    >
      {() => (
        <div
          onMouseEnter={hold}
          onMouseLeave={release}
          onFocus={hold}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) release();
          }}
        >
          <OrdersTable rows={rows} arrived={arrived} zone={zone} />
          <OrderCards rows={rows} arrived={arrived} zone={zone} />
        </div>
      )}
    </Panel>
  );
}

interface RowsProps {
  rows: readonly LatestOrder[];
  arrived: ReadonlySet<string>;
  zone: Zone;
}

function OrdersTable({ rows, arrived, zone }: RowsProps) {
  return (
    <table className="w-full border-collapse text-left max-md:hidden">
      <thead>
        <tr className="h-8 border-b border-line text-xs text-ink-faint [&>th]:px-2 [&>th]:font-medium">
          <th scope="col" className="w-28">
            Time
          </th>
          <th scope="col">Order</th>
          <th scope="col">Customer</th>
          <th scope="col" className="text-right">
            Line items
          </th>
          <th scope="col" className="text-right">
            Units
          </th>
          <th scope="col" className="text-right">
            Total
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((order) => (
          <tr
            key={order.orderId}
            className={`group h-[2.125rem] border-b border-line last:border-0 hover:bg-raised [&>td]:px-2 ${arrived.has(order.orderId) ? 'arrived' : ''}`}
          >
            <td className="text-ink-soft">
              <OrderTime order={order} zone={zone} />
            </td>
            <td>
              <span className="inline-flex items-center gap-1 font-mono text-xs">
                {order.orderId}
                <CopyButton text={order.orderId} label={`Copy order id ${order.orderId}`} />
              </span>
            </td>
            <td className="font-mono text-xs text-ink-soft">{order.customerId}</td>
            <td className="text-right">{formatCount(order.productsOrdered)}</td>
            <td className="text-right">{formatCount(order.totalQuantity)}</td>
            <td className="text-right font-medium" data-total>{formatInCurrency(order.orderTotal, order.currency)}</td>
          </tr>
        ))}
        {Array.from({ length: Math.max(0, ROW_COUNT - rows.length) }, (_, index) => (
          <tr key={`room-${index}`} className="h-[2.125rem]" aria-hidden="true">
            <td colSpan={6} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OrderCards({ rows, arrived, zone }: RowsProps) {
  return (
    <ul className="grid grid-cols-1 md:hidden">
      {rows.map((order) => (
        <li
          key={order.orderId}
          className={`border-b border-line py-2.5 last:border-0 ${arrived.has(order.orderId) ? 'arrived' : ''}`}
        >
          <p className="flex items-baseline justify-between gap-3">
            <span className="min-w-0 truncate font-mono text-xs">{order.orderId}</span>
            <span className="font-semibold whitespace-nowrap" data-total>{formatInCurrency(order.orderTotal, order.currency)}</span>
          </p>
          <p className="mt-0.5 flex justify-between gap-3 text-xs text-ink-faint">
            <span className="min-w-0 truncate">
              <OrderTime order={order} zone={zone} /> · {order.customerId}
            </span>
            <span className="whitespace-nowrap">
              {formatQuantity(order.productsOrdered, 'item')}, {formatQuantity(order.totalQuantity, 'unit')}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function OrderTime({ order, zone }: { order: LatestOrder; zone: Zone }) {
  const atMs = Date.parse(order.timestamp);
  return (
    <time dateTime={order.timestamp} title={`${formatDateTime(atMs, zone)} ${zoneName(atMs, zone)}`}>
      {formatSecond(atMs, zone)}
    </time>
  );
}
