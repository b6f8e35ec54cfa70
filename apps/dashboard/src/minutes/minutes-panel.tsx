'use client';

import type { OrdersPerMinute } from '@orderpulse/contracts';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { useFeed } from '../data/feed-provider';
import { formatCount } from '../format/count';
import { formatMinute } from '../format/time';
import { ChangeLine } from '../live/change-line';
import { useZone } from '../shell/use-zone';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/panel-frame';
import { Segmented } from '../ui/segmented';
import { describeMinutes } from './finding';
import { LinePicker } from './line-picker';
import { METRICS, RANGE_LABELS, RANGE_MINUTES, RANGES, type Metric } from './metrics';
import { lastFullMinute, minuteSeries, runningMinute, secondsInto } from './minute-series';
import { MinuteTable } from './minute-table';

// chart.js is needed only when there are data to draw.
const MinuteChart = dynamic(() => import('./minute-chart'), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

const DEFAULT_LINES: Metric[] = ['orders', 'fraud', 'delivered', 'refunded'];

/** Orders per minute with revenue, fraud, delivered and refunded as lines to choose. */
export function MinutesPanel() {
  const { queries } = useFeed();
  const minutes = useQuery(queries.minutes);
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(RANGES).withDefault('1h'));
  const [lines, setLines] = useQueryState(
    'lines',
    parseAsArrayOf(parseAsStringLiteral(METRICS)).withDefault(DEFAULT_LINES),
  );
  const [asTable, setAsTable] = useState(false);

  return (
    <Panel
      title="Orders per minute"
      note={`last ${RANGE_LABELS[range]}`}
      query={minutes}
      asOf={({ meta }) => meta.asOf}
      empty={({ rows }) => (rows.length === 0 ? 'No minute has been counted yet' : null)}
      skeleton={<Skeleton className="h-[19.6875rem]" />}
      actions={
        <>
          <Segmented
            label="Range of the chart"
            options={RANGES}
            labels={RANGE_LABELS}
            value={range}
            onChange={(next) => void setRange(next)}
          />
          <button
            type="button"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
            className="inline-flex h-8 items-center gap-1.5 rounded-lg px-2 text-xs font-medium text-ink-soft hover:bg-quiet-tint max-md:h-11"
          >
            <Icon name={asTable ? 'chart' : 'table'} className="size-3.5" />
            <span className="whitespace-nowrap">{asTable ? 'View as chart' : 'View as table'}</span>
          </button>
        </>
      }
    >
      {(data) => (
        <Minutes
          data={data}
          count={RANGE_MINUTES[range]}
          lines={lines}
          setLines={(next) => void setLines(next)}
          asTable={asTable}
        />
      )}
    </Panel>
  );
}

interface MinutesProps {
  data: OrdersPerMinute;
  count: number;
  lines: readonly Metric[];
  setLines: (lines: Metric[]) => void;
  asTable: boolean;
}

function Minutes({ data: { rows, meta }, count, lines, setLines, asTable }: MinutesProps) {
  const [zone] = useZone();
  const model = useMemo(
    () => ({ points: minuteSeries(rows, count), asOfMs: meta.asOf, zone, lines: new Set(lines) }),
    [rows, count, meta.asOf, zone, lines],
  );
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
        <LinePicker lines={lines} onChange={setLines} />
        <LastMinute rows={rows} asOfMs={meta.asOf} />
      </div>
      {/* Takes what height the row gives; its content is out of the flow, so it never asks for more. */}
      <div className="relative min-h-[15.75rem] flex-1">
        <div className="absolute inset-0">
          {asTable ? (
            <MinuteTable points={model.points} asOfMs={meta.asOf} zone={zone} />
          ) : (
            <MinuteChart model={model} label={describeMinutes(rows.slice(-count), meta.asOf, zone)} />
          )}
        </div>
      </div>
    </>
  );
}

/** The newest full minute with its change, and how far the running one has got. */
function LastMinute({ rows, asOfMs }: { rows: OrdersPerMinute['rows']; asOfMs: number }) {
  const [zone] = useZone();
  const last = lastFullMinute(rows);
  const running = runningMinute(rows);
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-xs text-ink-soft">
      {last ? (
        <span className="inline-flex items-center gap-1.5" data-last-minute={last.minute.timestampMs}>
          {formatMinute(last.minute.timestampMs, zone)}
          <span className="font-semibold text-ink">{formatCount(last.minute.orders)}</span>
          <ChangeLine change={last.change} format={formatCount} />
        </span>
      ) : null}
      {running ? (
        <span
          className="inline-flex min-w-[10.75rem] items-center gap-1.5 text-ink-faint"
          data-running-minute={running.timestampMs}
        >
          <svg viewBox="0 0 18 2" className="h-0.5 w-[1.125rem]" aria-hidden="true">
            <path d="M0 1h18" stroke="currentColor" strokeWidth="2" strokeDasharray="3 3" />
          </svg>
          {formatMinute(running.timestampMs, zone)} in progress, {secondsInto(running, asOfMs)} s
        </span>
      ) : null}
    </p>
  );
}
