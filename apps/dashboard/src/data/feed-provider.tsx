'use client';

import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Feed } from './feed';
import { feedStatus, type FeedStatus } from './feed-status';
import { listenLive } from './live-stream';
import { panelQueries, receiveOverview, refetchPanels, type PanelQueries } from './queries';
import { REFRESH_MODES, type RefreshMode } from './refresh-mode';
import { ServerClock } from './server-clock';

interface FeedContext {
  feed: Feed;
  clock: ServerClock;
  queries: PanelQueries;
  mode: RefreshMode;
  setMode: (mode: RefreshMode) => void;
}

const Context = createContext<FeedContext | null>(null);

const monotonicMs = (): number => performance.now();

function createFeed() {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // The feed alone decides when to ask; a failed tick is followed by the next one.
        networkMode: 'always',
        retry: false,
        staleTime: Infinity,
        gcTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });
  const clock = new ServerClock(monotonicMs);
  const feed = new Feed(
    {
      refetch: (scope) => refetchPanels(client, scope),
      listen: (handlers) => listenLive(handlers, { open: () => new EventSource('/api/orders/live') }),
      receive: (overview) => receiveOverview(client, clock, overview),
    },
    monotonicMs,
  );
  return { client, clock, feed, queries: panelQueries(clock) };
}

/** Gives the page its data and keeps them fresh in the way that `?refresh=` says. */
export function FeedProvider({ children }: { children: ReactNode }) {
  const [{ client, clock, feed, queries }] = useState(createFeed);
  const [mode, setMode] = useQueryState('refresh', parseAsStringLiteral(REFRESH_MODES).withDefault('live'));

  useEffect(() => {
    feed.setMode(mode);
    return () => feed.stop();
  }, [feed, mode]);

  useEffect(() => {
    const follow = (): void => feed.setHidden(document.hidden);
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, [feed]);

  const value = useMemo(
    () => ({ feed, clock, queries, mode, setMode: (next: RefreshMode) => void setMode(next) }),
    [feed, clock, queries, mode, setMode],
  );
  return (
    <QueryClientProvider client={client}>
      <Context value={value}>{children}</Context>
    </QueryClientProvider>
  );
}

export function useFeed(): FeedContext {
  const value = useContext(Context);
  if (!value) throw new Error('useFeed is used outside of FeedProvider');
  return value;
}

const everySecond = (listener: () => void): (() => void) => {
  const timer = setInterval(listener, 250);
  return () => clearInterval(timer);
};

/** The server's time floored to the second, epoch ms; null before the first answer. Goes on by itself. */
export function useServerNow(): number | null {
  const { clock } = useFeed();
  const read = (): number | null => {
    const nowMs = clock.nowMs();
    return nowMs === null ? null : Math.floor(nowMs / 1000) * 1000;
  };
  return useSyncExternalStore(everySecond, read, () => null);
}

/** Records behind the topic from which on figures count as late rather than merely on their way. */
const BEHIND_FROM_RECORDS = 1_000;

/** The page's state, told again every second. */
export function useFeedStatus(): FeedStatus {
  const { feed, queries, mode } = useFeed();
  const state = useSyncExternalStore(feed.subscribe, feed.getState, feed.getState);
  const overview = useQuery(queries.overview);
  const nowMs = useServerNow();
  const asOfMs = overview.data?.meta.asOf ?? null;
  const ageMs = nowMs === null || asOfMs === null ? null : Math.max(0, nowMs - asOfMs);
  const lag = overview.data?.meta.lag ?? null;
  const failing = state.failing || (overview.isError && !state.streaming);
  const word = feedStatus({ ...state, failing, mode, ageMs, behind: lag !== null && lag >= BEHIND_FROM_RECORDS });
  return { word, asOfMs, ageMs: ageMs ?? 0, lag };
}
