'use client';

import { useCallback, useState } from 'react';
import { FeedProvider } from '../data/feed-provider';
import { MinutesPanel } from '../minutes/minutes-panel';
import { HelpDialog } from '../shell/help-dialog';
import { BottomBar, TopBar } from '../shell/top-bar';
import { useShortcuts } from '../shell/use-shortcuts';
import { InBrowser } from '../ui/in-browser';
import { ComparisonPanel } from './comparison-panel';
import { FiguresRow } from './figures-row';
import { LatestOrdersPanel } from './latest-orders';
import { LivePageSkeleton } from './live-page-skeleton';
import { PipelineStrip } from './pipeline-strip';
import { Rankings } from './rankings';
import { ShopNotice } from './shop-notice';

/** The Live route with its data. What it shows depends on the URL, the theme and the zone, which only the browser knows. */
export function LivePage() {
  return (
    <InBrowser before={<LivePageSkeleton />}>
      <FeedProvider>
        <LivePanels />
      </FeedProvider>
    </InBrowser>
  );
}

function LivePanels() {
  const [help, setHelp] = useState(false);
  const openHelp = useCallback(() => setHelp(true), []);
  const closeHelp = useCallback(() => setHelp(false), []);
  useShortcuts(openHelp);
  return (
    <>
      <TopBar onHelp={openHelp} />
      <main className="mx-auto grid max-w-[1680px] gap-3 px-4 pt-3 pb-20 md:px-6 md:pt-4 md:pb-8">
        <h1 className="sr-only">Live orders</h1>
        <ShopNotice />
        <PipelineStrip />
        <FiguresRow />
        <div className="grid gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <MinutesPanel />
          <ComparisonPanel />
        </div>
        <Rankings />
        <LatestOrdersPanel />
      </main>
      <BottomBar onHelp={openHelp} />
      <HelpDialog open={help} onClose={closeHelp} />
    </>
  );
}
