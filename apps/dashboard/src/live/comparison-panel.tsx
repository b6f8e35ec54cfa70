'use client';

import { useQuery } from '@tanstack/react-query';
import { figuresOf } from '../data/agreement';
import { useFeed } from '../data/feed-provider';
import { Panel } from '../ui/panel';
import { Skeleton } from '../ui/panel-frame';
import { FIGURES, type FigureSpec } from './figures';

/** Each figure's last 60 s beside the 60 s before, as two bars on a scale of their own. */
export function ComparisonPanel() {
  const { queries } = useFeed();
  const overview = useQuery(queries.overview);
  return (
    <Panel
      title="Current against previous"
      note="60 s each"
      query={overview}
      asOf={({ meta }) => meta.asOf}
      skeleton={<Skeleton className="h-[19.6875rem]" />}
    >
      {({ currentTimePeriod, previousTimePeriod }) => {
        const current = figuresOf(currentTimePeriod);
        const previous = figuresOf(previousTimePeriod);
        return (
          <div className="flex flex-1 flex-col justify-between gap-3">
            <ul className="grid flex-1 content-between gap-3">
              {FIGURES.map((spec) => (
                <Pair key={spec.name} spec={spec} current={current[spec.name]} previous={previous[spec.name]} />
              ))}
            </ul>
            <p className="flex gap-4 border-t border-line pt-2.5 text-2xs text-ink-faint">
              <span className="inline-flex items-center gap-1.5">
                <span className="h-2 w-4 rounded-xs bg-ink-soft" /> current
              </span>
              <span className="inline-flex items-center gap-1.5">
                <span className="h-2 w-4 rounded-xs bg-line-strong" /> previous
              </span>
            </p>
          </div>
        );
      }}
    </Panel>
  );
}

function Pair({ spec, current, previous }: { spec: FigureSpec; current: number; previous: number }) {
  const scale = Math.max(current, previous);
  const share = (value: number): string => (scale === 0 ? '0%' : `${(value / scale) * 100}%`);
  return (
    <li>
      <p className="flex items-baseline justify-between gap-3 text-xs">
        <span className="font-medium text-ink-soft">{spec.label}</span>
        <span title={`${spec.exact(current)} against ${spec.exact(previous)}`}>
          <span className="font-semibold">{spec.short(current)}</span>
          <span className="text-ink-faint"> / {spec.short(previous)}</span>
        </span>
      </p>
      <div className="mt-1 grid gap-0.5" aria-hidden="true">
        <div className="h-2 rounded-xs" style={{ width: share(current), background: `var(${spec.color})` }} />
        <div className="h-1.5 rounded-xs bg-line-strong" style={{ width: share(previous) }} />
      </div>
    </li>
  );
}
