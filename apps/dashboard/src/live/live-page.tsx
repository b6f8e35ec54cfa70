'use client';

import { useCallback, useState } from 'react';
import { FeedProvider } from '../data/feed-provider';
import { MinutesPanel } from '../minutes/minutes-panel';
import { HelpDialog } from '../shell/help-dialog';
import { BottomBar, TopBar } from '../shell/top-bar';
import { useShortcuts } from '../shell/use-shortcuts';
import { ComparisonPanel } from './comparison-panel';
import { FiguresRow } from './figures-row';
import { LatestOrdersPanel } from './latest-orders';
import { PipelineStrip } from './pipeline-strip';
import { Rankings } from './rankings';

/** The Live route with its data. */
export function LivePage() {
  return (
    <FeedProvider>
      <LivePanels />
    </FeedProvider>
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
