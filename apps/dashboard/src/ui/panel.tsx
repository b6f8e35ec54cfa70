'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useFeed, useServerNow } from '../data/feed-provider';
import { GatewayError } from '../data/gateway-client';
import { tickIntervalMs } from '../data/refresh-mode';
import { formatAge, formatSecond } from '../format/time';
import { useZone } from '../shell/use-zone';
import { Icon } from './icon';
import { PanelFrame } from './panel-frame';

interface PanelProps<T> {
  title: string;
  note?: ReactNode;
  query: UseQueryResult<T>;
  /** The instant the data are about, epoch ms, from the server. */
  asOf: (data: T) => number;
  /** Why there is nothing to show; null when there is something. */
  empty?: (data: T) => string | null;
  /** Of the body's final size, so that nothing moves when data come. */
  skeleton: ReactNode;
  actions?: ReactNode;
  children: (data: T) => ReactNode;
  className?: string;
}

/** A panel in one of its four states: skeleton, error, empty or data, the last with a mark when they are stale. */
export function Panel<T>({ title, note, query, asOf, empty, skeleton, actions, children, className }: PanelProps<T>) {
  const { data } = query;
  const reason = data === undefined ? null : (empty?.(data) ?? null);
  const body = (): ReactNode => {
    if (data === undefined && !query.isError) return skeleton;
    if (data === undefined)
      return (
        <InPlaceOf size={skeleton}>
          <ErrorState query={query} title={title} />
        </InPlaceOf>
      );
    if (reason !== null)
      return (
        <InPlaceOf size={skeleton}>
          <p className="px-4 text-center text-ink-faint">{reason}</p>
        </InPlaceOf>
      );
    return children(data);
  };
  return (
    <PanelFrame
      title={title}
      note={note}
      stamp={data === undefined ? null : <AsOf asOfMs={asOf(data)} error={query.error} />}
      actions={actions}
      busy={query.isPending}
      {...(className === undefined ? {} : { className })}
    >
      {body()}
    </PanelFrame>
  );
}

/** A tick may be late by this much before its data are called stale. */
const TOLERANCE_MS = 2_000;

/** "as of 14:03:07", or the same as a warning when a newer answer should have come. */
export function AsOf({ asOfMs, error }: { asOfMs: number; error: Error | null }) {
  const { mode } = useFeed();
  const [zone] = useZone();
  const nowMs = useServerNow() ?? asOfMs;
  const intervalMs = tickIntervalMs(mode);
  const ageMs = nowMs - asOfMs;
  const stale = error !== null || (intervalMs !== null && ageMs > 2 * intervalMs + TOLERANCE_MS);
  if (!stale) {
    return (
      <span className="text-2xs whitespace-nowrap text-ink-faint" data-as-of={asOfMs}>
        as of {formatSecond(asOfMs, zone)}
      </span>
    );
  }
  return (
    <span
      className="inline-flex items-center gap-1 rounded-full bg-warn-tint px-2 text-2xs font-medium whitespace-nowrap text-warn"
      data-as-of={asOfMs}
      data-stale="true"
      title={`Data from ${formatSecond(asOfMs, zone)}${error ? `. ${describeError(error)}` : ''}`}
    >
      <Icon name="clock" className="size-3" />
      Stale · {formatAge(ageMs)}
    </span>
  );
}

function describeError(error: Error): string {
  if (!(error instanceof GatewayError)) return error.message;
  return `${error.message} (${error.code}${error.requestId ? `, request ${error.requestId}` : ''})`;
}

/** Something in the middle of the room that the panel's data would take, so that panels keep their size. */
function InPlaceOf({ size, children }: { size: ReactNode; children: ReactNode }) {
  return (
    <div className="grid flex-1 grid-cols-[minmax(0,1fr)]">
      <div className="invisible col-start-1 row-start-1" aria-hidden="true">
        {size}
      </div>
      <div className="col-start-1 row-start-1 min-w-0 self-center">{children}</div>
    </div>
  );
}

function ErrorState<T>({ query, title }: { query: UseQueryResult<T>; title: string }) {
  const { error } = query;
  const requestId = error instanceof GatewayError ? error.requestId : null;
  return (
    <div className="mx-auto max-w-md text-center" data-error="true">
      <p className="inline-flex items-center gap-1.5 font-medium text-bad">
        <Icon name="alert" /> No data
      </p>
      <p className="mt-1 text-xs break-words text-ink-soft">{error?.message}</p>
      {requestId ? (
        <p className="mt-1 truncate font-mono text-2xs text-ink-faint select-all" title={requestId}>
          {requestId}
        </p>
      ) : null}
      <button
        type="button"
        onClick={() => void query.refetch()}
        aria-label={`Retry ${title}`}
        className="mt-2 h-8 rounded-md border border-line-strong px-3 text-xs font-medium hover:bg-raised max-md:h-11"
      >
        Retry
      </button>
    </div>
  );
}
