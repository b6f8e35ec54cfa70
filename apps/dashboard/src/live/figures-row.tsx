'use client';

import type { Minute } from '@orderpulse/contracts';
import { useQuery } from '@tanstack/react-query';
import { figuresOf } from '../data/agreement';
import { useFeed } from '../data/feed-provider';
import { changeOf } from '../format/change';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/panel-frame';
import { ChangeLine } from './change-line';
import { FIGURES, type FigureSpec } from './figures';
import { completeMinutes } from '../minutes/minute-series';
import { Sparkline } from './sparkline';

/** Whole minutes in a tile's line. */
const SPARKLINE_MINUTES = 30;

const GRID = '-mx-3.5 grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 xl:grid-cols-6';

/** The six figures of the last 60 s, each against the 60 s before. */
export function FiguresRow() {
  const { queries } = useFeed();
  const overview = useQuery(queries.overview);
  const minutes = useQuery(queries.minutes);
  const recent = completeMinutes(minutes.data?.rows ?? []).slice(-SPARKLINE_MINUTES);

  return (
    <Panel
      title="Last 60 seconds"
      note="vs the 60 s before"
      query={overview}
      asOf={({ meta }) => meta.asOf}
      skeleton={<FiguresSkeleton />}
    >
      {({ currentTimePeriod, previousTimePeriod, meta }) => {
        const current = figuresOf(currentTimePeriod);
        const previous = figuresOf(previousTimePeriod);
        return (
          <>
            <dl className={GRID} data-figures-as-of={meta.asOf}>
              {FIGURES.map((spec) => (
                <Tile
                  key={spec.name}
                  spec={spec}
                  current={current[spec.name]}
                  previous={previous[spec.name]}
                  recent={recent}
                />
              ))}
            </dl>
            {meta.partial ? <p className="mt-2 text-xs text-warn">Partial: a partition did not answer.</p> : null}
          </>
        );
      }}
    </Panel>
  );
}

interface TileProps {
  spec: FigureSpec;
  current: number;
  previous: number;
  recent: readonly Minute[];
}

function Tile({ spec, current, previous, recent }: TileProps) {
  const change = changeOf(current, previous, spec.risingIs);
  return (
    <div className="flex min-w-0 flex-col bg-surface py-2.5 pr-3 pl-3.5" data-figure={spec.name}>
      <dt className="flex items-center gap-2 text-xs font-medium text-ink-soft">
        <span className="size-2 rounded-full" style={{ background: `var(${spec.color})` }} />
        {spec.label}
      </dt>
      <dd
        className="mt-1 truncate text-[1.75rem] leading-9 font-semibold tracking-[-0.022em]"
        title={spec.exact(current)}
        data-value
      >
        {spec.short(current)}
      </dd>
      <dd className="h-5 text-xs max-md:text-2xs" title={`${spec.exact(previous)} in the 60 s before`} data-change>
        <ChangeLine change={change} format={spec.shortChange} />
      </dd>
      <dd className="mt-2" title={`By minute, last ${SPARKLINE_MINUTES} whole minutes`}>
        <Sparkline values={recent.map(spec.ofMinute)} color={spec.color} />
      </dd>
    </div>
  );
}

export function FiguresSkeleton() {
  return (
    <div className={GRID}>
      {FIGURES.map(({ name, label }) => (
        <div key={name} className="h-[8.5rem] bg-surface py-2.5 pr-3 pl-3.5">
          <p className="text-xs font-medium text-ink-faint">{label}</p>
          <Skeleton className="mt-2 h-7 w-24" />
          <Skeleton className="mt-2 h-4 w-32" />
          <Skeleton className="mt-3 h-7 w-full" />
        </div>
      ))}
    </div>
  );
}
