'use client';

import type { Hop, HopName, HopState, PipelineStatus } from '@orderpulse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useFeed } from '../data/feed-provider';
import { Icon, type IconName } from '../ui/icon';
import { Skeleton } from '../ui/panel-frame';
import { AgreementBadge } from './agreement-badge';
import { hopFigures } from './hop-figures';

const NAMES: Readonly<Record<HopName, string>> = {
  'order-api': 'Order API',
  'order-producer': 'Producer',
  topic: 'Topic',
  aggregator: 'Aggregator',
  sql: 'SQL',
};

interface StateLook {
  word: string;
  icon: IconName;
  className: string;
}

/** Idle is grey: nothing to do is no fault. Stalled and down are red: there is work and it does not move. */
const LOOKS: Readonly<Record<HopState, StateLook>> = {
  ok: { word: 'OK', icon: 'check', className: 'bg-good-tint text-good' },
  idle: { word: 'Idle', icon: 'pause', className: 'bg-quiet-tint text-quiet' },
  stalled: { word: 'Stalled', icon: 'alert', className: 'bg-bad-tint text-bad' },
  down: { word: 'Down', icon: 'cross', className: 'bg-bad-tint text-bad' },
};

/** Shown when the gateway does not tell any more: a green mark would be a claim. */
const UNKNOWN: StateLook = { word: 'Not known', icon: 'clock', className: 'bg-quiet-tint text-quiet' };

/** The way of an order to this page, hop by hop, and whether both ways to the figures agree. */
export function PipelineStrip() {
  const { queries } = useFeed();
  const status = useQuery(queries.status);
  return (
    <section aria-label="Pipeline" className="flex flex-col gap-3 xl:flex-row xl:items-stretch">
      <div className="min-w-0 flex-1 rounded-xl border border-line bg-surface px-4 py-2.5 shadow-panel">
        {status.data ? (
          <>
            <ol className="grid grid-cols-[0.9fr_1fr_1fr_1fr_1fr] gap-x-2 max-md:hidden">
              {status.data.hops.map((hop, index) => (
                <li
                  key={hop.name}
                  className="flex min-w-0 items-center gap-2"
                  data-hop={hop.name}
                  data-state={status.isError ? 'unknown' : hop.state}
                >
                  {index > 0 ? <Icon name="chevron" className="mr-2 size-3 text-line-strong" /> : null}
                  <HopView hop={hop} asOfMs={status.data.asOf} known={!status.isError} />
                </li>
              ))}
            </ol>
            <FoldedHops status={status.data} known={!status.isError} />
          </>
        ) : status.isError ? (
          <p className="flex h-8 items-center gap-2 text-xs text-ink-soft">
            <Icon name="alert" className="size-4 text-bad" />
            The pipeline’s state is not known: {status.error.message}
          </p>
        ) : (
          <Skeleton className="h-8 max-md:h-11" />
        )}
      </div>
      <AgreementBadge />
    </section>
  );
}

/** On a narrow screen one line in words, which opens to the hops. */
function FoldedHops({ status: { hops, asOf }, known }: { status: PipelineStatus; known: boolean }) {
  const worst =
    hops.find(({ state }) => state === 'down' || state === 'stalled') ?? hops.find(({ state }) => state === 'idle');
  const look = known ? LOOKS[worst?.state ?? 'ok'] : UNKNOWN;
  const summary = worst ? `${NAMES[worst.name]}: ${LOOKS[worst.state].word.toLowerCase()}` : 'all hops OK';
  return (
    <details className="group md:hidden">
      <summary className="flex min-h-11 list-none items-center gap-2.5 text-xs font-medium">
        <span className={`grid size-6 place-items-center rounded-full ${look.className}`}>
          <Icon name={look.icon} className="size-3.5" />
        </span>
        Pipeline
        <span className="font-normal text-ink-faint">{known ? summary : 'not known'}</span>
        <Icon name="chevron" className="ml-auto size-3.5 text-ink-faint group-open:rotate-90" />
      </summary>
      <ol className="grid gap-2.5 pt-2">
        {hops.map((hop) => (
          <li key={hop.name} className="flex">
            <HopView hop={hop} asOfMs={asOf} known={known} />
          </li>
        ))}
      </ol>
    </details>
  );
}

interface HopViewProps {
  hop: Hop;
  asOfMs: number;
  /** False when the state is the last one that was heard of and may be another by now. */
  known: boolean;
}

function HopView({ hop, asOfMs, known }: HopViewProps) {
  const look = known ? LOOKS[hop.state] : UNKNOWN;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5" title={hop.message ?? undefined}>
      <span className={`grid size-6 shrink-0 place-items-center rounded-full ${look.className}`}>
        <Icon name={look.icon} className="size-3.5" />
      </span>
      <div className="min-w-0 max-md:flex max-md:flex-1 max-md:items-baseline max-md:justify-between max-md:gap-3">
        <p className="text-xs leading-4 font-medium whitespace-nowrap">
          {NAMES[hop.name]}{' '}
          <span className={known && hop.state === 'ok' ? 'sr-only' : 'font-normal text-ink-faint'}>{look.word}</span>
        </p>
        <p className="truncate text-2xs text-ink-faint">
          {known ? hopFigures(hop, asOfMs) : `last known: ${LOOKS[hop.state].word}`}
        </p>
      </div>
    </div>
  );
}
